"""Calls with analysis, against calls without."""

import pytest

from bench.analysis.__main__ import PHASES, Phase, figures, is_mine, read_so_far

PAGE = """\
# TYPE parley_calls_read_total counter
parley_calls_read_total{outcome="read"} 12.0
parley_calls_read_total{outcome="busy"} 5.0
parley_calls_read_created{outcome="read"} 1.7e+09
"""


def phases(*delays: float, read: tuple[float, ...] = (0, 3, 4, 0)) -> list[Phase]:
    return [
        Phase(name=name, delays_s=[delay, delay], failures=[], calls_read=count, cpu_pct={}, machine={})
        for name, delay, count in zip(PHASES, delays, read, strict=True)
    ]


def test_the_ratio_is_of_both_phases_to_both() -> None:
    found = figures(phases(1.0, 1.5, 1.5, 2.0))
    assert found["p50_ratio_with_analysis"] == 1.0
    assert found["p95_s_with_analysis"] == 1.5
    assert found["p95_s_without_analysis"] == pytest.approx(2.0)
    assert found["p95_ratio_with_analysis"] == pytest.approx(0.75)
    assert found["p95_after_to_before_without_analysis"] == 2.0
    assert (found["turns_with_analysis"], found["calls_read_by_analysis"]) == (4, 7)
    assert all(map(is_mine, found))
    assert not is_mine("category_accuracy_pct")


@pytest.mark.parametrize(("read", "phase"), [((0, 3, 0, 0), "with-again"), ((0, 3, 3, 1), "without-again")])
def test_what_was_not_as_it_should_be_is_no_figure(read: tuple[float, ...], phase: str) -> None:
    with pytest.raises(ValueError, match=f"phase {phase}: "):
        figures(phases(1.0, 1.0, 1.0, 1.0, read=read))


def test_only_calls_that_were_read_count() -> None:
    assert read_so_far(PAGE) == 12.0
    assert read_so_far("") == 0.0
