"""Intervals, held against examples that are published."""

import pytest

from records.experiment.intervals import of_means, of_medians, of_shares, still_needed, wilson


@pytest.mark.parametrize(
    ("some", "every", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_as_newcombe_has_it(some: int, every: int, low: float, high: float) -> None:
    # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998) 857, table I.
    assert wilson(some, every) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("b", "a", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_of_shares_as_newcombe_has_it(
    b: tuple[int, int], a: tuple[int, int], low: float, high: float
) -> None:
    # R. G. Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17 (1998) 873,
    # table II, method 10.
    found = of_shares(*a, *b)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.seen == (low > 0)
    turned = of_shares(*b, *a)
    assert turned is not None
    assert (turned.low, turned.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


def test_a_difference_of_means_as_r_has_it() -> None:
    # t.test(extra ~ group, data = sleep), R: after "Student", Biometrika 6 (1908) 1.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = of_means(second, first)
    assert found is not None
    assert found.value == pytest.approx(-1.58)
    assert (found.low, found.high) == (
        pytest.approx(-3.3654832, abs=1e-4),
        pytest.approx(0.2054832, abs=1e-4),
    )
    assert not found.seen


@pytest.mark.parametrize(
    ("b", "a", "value", "low", "high"),
    [
        (
            [32.1, 39.8, 26.3, 35.0, 43.1, 27.0, 40.9, 37.4, 34.0, 29.2],
            [36.8, 44.0, 47.1, 42.7, 49.0, 39.6, 46.2, 31.6, 33.1, 48.4],
            -8.85,
            -17.66002,
            -0.0399751,
        ),
        (
            [70, 394, 43, 95, 62, 128, 2, 203, 81, 436, 85, 35, 156, 1, 3, 27, 63, 181, 184, 18],
            [102, 120, 78, 78, 417, 124, 86, 171, 176, 129, 230, 194, 100, 157, 306, 411, 164, 103, 193, 312],
            -85.0,
            -157.7441,
            -12.25589,
        ),
    ],
)
def test_a_difference_of_medians_as_its_authors_have_it(
    b: list[float], a: list[float], value: float, low: float, high: float
) -> None:
    # Examples of ci.median2 in the R package statpsych, 1.7.0 and 2.0.0, by D. G. Bonett.
    found = of_medians(a, b)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-5), pytest.approx(high, rel=1e-5))
    assert found.seen


def test_medians_of_many_are_told_as_those_of_fewer() -> None:
    few, many = ([number * 1000 / count for number in range(count)] for count in (1000, 1002))
    exact, near = of_medians(few, few), of_medians(many, many)
    assert exact is not None
    assert near is not None
    assert near.high == pytest.approx(exact.high, rel=0.05)


def test_of_few_or_none_nothing_is_told() -> None:
    assert of_shares(0, 0, 1, 2) is None
    assert of_means([1.0] * 9, [1.0] * 99) is None
    assert of_medians([1.0] * 99, [1.0] * 9) is None
    same = of_means([1.0] * 10, [2.0] * 10)
    assert same is not None
    assert (same.low, same.high) == (1.0, 1.0)


def test_how_many_calls_are_needed_as_the_rule_of_thumb_has_it() -> None:
    # R. Lehr, Stat. Med. 11 (1992) 1099: of each version 16 times the variance by the square of the difference.
    needed = still_needed(0.5, 100, 100, 0.05)
    assert needed is not None
    assert needed + 200 == pytest.approx(2 * 16 * 0.25 / 0.05**2, rel=0.02)
    uneven = still_needed(0.5, 160, 40, 0.05)
    assert uneven is not None
    assert uneven > needed
    assert still_needed(0.5, 5000, 5000, 0.05) == 0
    assert still_needed(0.5, 100, 0, 0.05) is None


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_few_calls_that_are_all_alike_are_not_enough(share: float) -> None:
    # Fleiss, Levin and Paik: of 95 % and all, so many of each version.
    needed = still_needed(share, 5, 5, 0.05)
    assert needed is not None
    assert needed + 10 == pytest.approx(2 * 2 * 0.025 * 0.975 * (1.96 + 0.84) ** 2 / 0.05**2, rel=0.01)
