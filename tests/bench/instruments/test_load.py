import pytest

from bench.instruments.load import Load, Reading, between, limit, sums

PAGE = """# HELP parley_stt_queue_seconds Wait
parley_stt_queue_seconds_bucket{le="1.0"} 3
parley_stt_queue_seconds_count 3
parley_stt_queue_seconds_sum 0.75
parley_other_seconds_sum{a="x"} 9
parley_labelled_seconds_sum{a="x"} 1.5
parley_labelled_seconds_sum{a="y"} 0.5
parley_labelled_seconds_count{a="x"} 2
"""


def test_sums_of_a_histogram() -> None:
    assert sums(PAGE, "parley_stt_queue_seconds") == (0.75, 3)
    assert sums(PAGE, "parley_labelled_seconds") == (2.0, 2)
    assert sums(PAGE, "parley_absent_seconds") == (0.0, 0.0)


def test_the_load_is_the_difference_of_two_readings() -> None:
    before = Reading(10.0, {"llm": 5.0, "gone": 1.0}, 100.0, {"stt": (1.0, 10)})
    after = Reading(20.0, {"llm": 14.0, "new": 3.0}, 115.0, {"stt": (3.0, 20), "agent": (0.0, 0)})
    load = between(before, after)
    assert load.cpu_pct == pytest.approx({"llm": 90.0, "machine": 150.0})
    assert load.wait_s == pytest.approx({"stt": 0.2})


@pytest.mark.parametrize(
    ("load", "words"),
    [
        (Load(10, {"llm": 150.0, "stt": 30.0, "machine": 190.0}, {}), "processor: 95 % of 2 cores"),
        (Load(10, {"llm": 50.0, "caller": 20.0, "machine": 190.0}, {}), "other work on this machine: 120 %"),
        (Load(10, {"llm": 50.0, "machine": 90.0}, {"agent": 0.1, "stt": 0.6}), "0.60 s for stt"),
        (Load(10, {"llm": 10.0, "machine": 20.0}, {"stt": 0.01}), "nothing yet"),
    ],
)
def test_what_limits_is_named(load: Load, words: str) -> None:
    assert words in limit(load, 2)
