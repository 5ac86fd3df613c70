"""Shapes of the page's drawings, in units of their own, for the template to write as SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560.0, 130.0
"""Of the columns of a week, without what is written below and above them."""
_COLUMN, _GAP = 26.0, 4.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart; `x` and `y` are its upper left corner, from the left and from above."""

    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day in two weeks."""

    middle: float
    now: Column
    before: Column


def days(now: Sequence[int], before: Sequence[int]) -> list[Day]:
    """Columns of both weeks side by side, day by day, on one scale."""
    most = max(*now, *before, 1)
    step = WIDTH / len(now)
    found = []
    for number, (value, earlier) in enumerate(zip(now, before, strict=True)):
        middle = step * (number + 0.5)
        left = _column(middle - _COLUMN - _GAP / 2, earlier, most)
        found.append(Day(round(middle, 1), _column(middle + _GAP / 2, value, most), left))
    return found


def _column(x: float, value: int, most: int) -> Column:
    height = HEIGHT * value / most
    return Column(round(x, 1), round(HEIGHT - height, 1), _COLUMN, round(height, 1), value)


def length(value: float, most: float) -> float:
    """Of a bar that is 100 long at the most."""
    return round(100.0 * min(1.0, max(0.0, value / most)), 1) if most > 0 else 0.0
