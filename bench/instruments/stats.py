"""Small statistics, pure."""

import math
from collections.abc import Mapping, Sequence

import numpy as np


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile with linear interpolation; NaN when there are no values."""
    return float(np.percentile(np.asarray(values, np.float64), percent)) if len(values) else float("nan")


def share(part: float, whole: float) -> float:
    """Return `part` of `whole` in per cent; 0 of nothing."""
    return 100.0 * part / whole if whole else 0.0


def finite(figures: Mapping[str, float | None]) -> dict[str, float]:
    """Return the figures that could be measured, rounded for reading."""
    return {
        name: value if isinstance(value, int) else round(float(value), 4)
        for name, value in figures.items()
        if value is not None and math.isfinite(value)
    }


def knee(xs: Sequence[float], ys: Sequence[float], limit: float) -> int | None:
    """Return the index of the last point before the curve is above `limit` for good; None when none is below.

    For capacity curves: the most calls at a time whose latency can still be accepted.
    """
    above = [i for i, y in enumerate(ys) if not y <= limit]
    last = (above[0] if above else len(xs)) - 1
    return last if last >= 0 else None
