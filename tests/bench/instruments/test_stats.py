import math

import pytest

from bench.instruments.stats import finite, knee, percentile, share


def test_percentiles_lie_between_the_values() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([5.0], 95) == 5.0
    assert math.isnan(percentile([], 50))


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(1, 4) == 25.0
    assert share(0, 0) == 0.0


def test_what_could_not_be_measured_is_left_out() -> None:
    assert finite({"a": 1.23456, "b": None, "c": float("nan"), "d": 3}) == {"a": 1.2346, "d": 3}


@pytest.mark.parametrize(
    ("delays", "where"),
    [
        ([1.0, 1.2, 1.9, 4.0, 9.0], 2),
        ([1.0, 1.1], 1),
        ([1.0, 2.5, 1.0], 0),  # what comes back below the limit is chance
        ([1.0, float("nan")], 0),
        ([3.0], None),
    ],
)
def test_the_knee_is_the_last_point_before_the_limit(delays: list[float], where: int | None) -> None:
    assert knee(range(len(delays)), delays, 2.0) == where
