"""A page in pixels, counted from its upper left corner."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl

mpl.use("Agg")
from matplotlib.axes import Axes  # after the choice of a backend without a screen
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from grafana.draw.look import BORDER, CANVAS, GRID, PANEL, TEXT, WEAK

_DPI = 100


class Box(NamedTuple):
    """A rectangle of the page."""

    x: float
    y: float
    w: float
    h: float

    def inside(self, left: float, top: float, right: float, bottom: float) -> "Box":
        """The rectangle without margins of these widths."""
        return Box(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)


class Canvas:
    """An empty page of a size in pixels."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=CANVAS)
        self._page = self.figure.add_axes((0, 0, 1, 1))
        self._page.set(xlim=(0, width), ylim=(height, 0))
        self._page.set_axis_off()

    def frame(self, box: Box) -> None:
        """Draw the background of a panel."""
        shape = "round,pad=0,rounding_size=3"
        patch = FancyBboxPatch((box.x, box.y), box.w, box.h, boxstyle=shape, fc=PANEL, ec=BORDER, lw=0.8)
        self._page.add_patch(patch)

    def rectangle(self, box: Box, color: str) -> None:
        """Fill a rectangle."""
        patch = FancyBboxPatch((box.x, box.y), max(box.w, 0), box.h, boxstyle="square,pad=0", fc=color, lw=0)
        self._page.add_patch(patch)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12,
        color: str = TEXT,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """Write words at a height in pixels around the middle of the line; `align` says which end `x` is."""
        weight = "bold" if bold else "normal"
        points = size * 72 / _DPI
        self._page.text(x, y, words, size=points, color=color, ha=align, va="center", weight=weight)

    def plot(self, box: Box, *, ruled: bool = True) -> Axes:
        """Make axes in a rectangle, with Grafana's grid or with nothing."""
        place = (
            box.x / self.width,
            1 - (box.y + box.h) / self.height,
            box.w / self.width,
            box.h / self.height,
        )
        axes = self.figure.add_axes(place, facecolor="none")
        if not ruled:
            axes.set_axis_off()
            return axes
        axes.grid(color=GRID, lw=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(colors=WEAK, labelsize=8, length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        return axes

    def legend(self, box: Box, names: Sequence[tuple[str, str]]) -> None:
        """Write names and their colours in a line; what does not fit is left out."""
        x = box.x
        for name, color in names:
            width = 20 + 6.1 * len(name)
            if x + width > box.x + box.w and x > box.x:
                self.text(x, box.y + box.h / 2, "…", size=11, color=WEAK)
                return
            self.rectangle(Box(x, box.y + box.h / 2 - 1.5, 12, 3), color)
            self.text(x + 17, box.y + box.h / 2, name, size=11, color=TEXT)
            x += width + 8
