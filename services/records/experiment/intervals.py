"""Differences between two samples, each with its 95 % interval, by formulas that are published. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb, sqrt
from statistics import NormalDist, fmean, median, variance

LEAST = 10
"""Of fewer values on either side no interval of means or medians is told."""
_Z = NormalDist().inv_cdf(0.975)
_POWER = NormalDist().inv_cdf(0.8)
_EXACT = 1000
"""Up to so many values the binomial distribution is summed up; beyond, the normal one stands for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What `b` has more than `a`, negative where it has less, and between which bounds that is."""

    value: float
    low: float
    high: float

    @property
    def seen(self) -> bool:
        """Whether there is one: it may be none where 0 lies between the bounds."""
        return not self.low <= 0.0 <= self.high


def wilson(some: int, every: int) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson, JASA 22 (1927) 209); there must be any."""
    share, square = some / every, _Z * _Z
    middle = (share + square / (2 * every)) / (1 + square / every)
    half = _Z * sqrt(share * (1 - share) / every + square / (4 * every**2)) / (1 + square / every)
    return max(0.0, middle - half), min(1.0, middle + half)


def of_shares(some_a: int, all_a: int, some_b: int, all_b: int) -> Difference | None:
    """Of two shares, by Wilson's intervals of each (R. G. Newcombe, Stat. Med. 17 (1998) 873, method 10)."""
    if not all_a or not all_b:
        return None
    a, b = some_a / all_a, some_b / all_b
    (low_a, high_a), (low_b, high_b) = wilson(some_a, all_a), wilson(some_b, all_b)
    low, high = sqrt((b - low_b) ** 2 + (high_a - a) ** 2), sqrt((high_b - b) ** 2 + (a - low_a) ** 2)
    return Difference(b - a, b - a - low, b - a + high)


def of_means(a: Sequence[float], b: Sequence[float]) -> Difference | None:
    """Of two means whose samples vary differently (B. L. Welch, Biometrika 34 (1947) 28)."""
    if min(len(a), len(b)) < LEAST:
        return None
    of_a, of_b = variance(a) / len(a), variance(b) / len(b)
    value = fmean(b) - fmean(a)
    if not of_a + of_b:
        return Difference(value, value, value)
    freedom = (of_a + of_b) ** 2 / (of_a**2 / (len(a) - 1) + of_b**2 / (len(b) - 1))
    half = _student(freedom) * sqrt(of_a + of_b)
    return Difference(value, value - half, value + half)


def _student(freedom: float) -> float:
    """The 97.5 % point of Student's distribution, to 0.1 % from 3 degrees of freedom on.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def of_medians(a: Sequence[float], b: Sequence[float]) -> Difference | None:
    """Of two medians, whatever the distributions (D. G. Bonett, R. M. Price, Psychol. Methods 7 (2002) 370)."""
    if min(len(a), len(b)) < LEAST:
        return None
    value, half = median(b) - median(a), _Z * sqrt(_spread(a) + _spread(b))
    return Difference(value, value - half, value + half)


def _spread(values: Sequence[float]) -> float:
    """The variance of a sample's median, from two values on either side of it."""
    ordered, count = sorted(values), len(values)
    place = max(1, round((count + 1) / 2 - sqrt(count)))
    if count <= _EXACT:
        below = sum(comb(count, number) for number in range(place)) / 2**count
        z = NormalDist().inv_cdf(1 - below)
    else:
        z = (count - 2 * place + 1) / sqrt(count)
    return ((ordered[count - place] - ordered[place - 1]) / (2 * z)) ** 2


def still_needed(share: float, all_a: int, all_b: int, difference: float) -> int | None:
    """Calls that are still needed, dealt as those so far, until a difference from a share would be seen 4 times in 5.

    J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions (2003), 4.2, both shares taken for
    this one. None: one side has had none.
    """
    if not all_a or not all_b:
        return None
    # Of two shares with this difference, the middle is half of it from none and from all at least.
    share = min(1 - difference / 2, max(difference / 2, share))
    every = all_a + all_b
    uneven = every / all_a + every / all_b
    wanted = share * (1 - share) * uneven * ((_Z + _POWER) / difference) ** 2
    return max(0, ceil(wanted - every))
