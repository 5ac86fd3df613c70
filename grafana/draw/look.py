"""Colours and sizes of Grafana's dark theme."""

from collections.abc import Mapping, Sequence
from typing import Any

CANVAS, PANEL, BORDER = "#111217", "#181b1f", "#2b2e34"
TEXT, WEAK, GRID = "#ccccdc", "#8e8f9a", "#2d3037"
CELL_W, CELL_H, GAP = 80, 38, 8
"""A grid unit with its gap, and the gap, in pixels of a page 1920 pixels wide."""
_NAMES: Mapping[str, str] = {
    "green": "#73bf69",
    "yellow": "#fade2a",
    "orange": "#ff9830",
    "red": "#f2495c",
    "blue": "#5794f2",
    "purple": "#b877d9",
    "text": "#ccccdc",
}
PALETTE = (
    "#73bf69",
    "#f2cc0c",
    "#8ab8ff",
    "#ff780a",
    "#f2495c",
    "#5794f2",
    "#b877d9",
    "#705da0",
    "#37872d",
    "#fade2a",
    "#447ebc",
    "#c15c17",
)


def color(name: str) -> str:
    """Turn one of Grafana's names of colours into a colour."""
    return _NAMES.get(name, name)


def by_threshold(value: float, steps: Sequence[Mapping[str, Any]]) -> str:
    """Find the colour of a value among the steps of a panel's thresholds."""
    found = steps[0]["color"]
    for step in steps[1:]:
        if value >= step["value"]:
            found = step["color"]
    return color(found)
