"""Menus as a graph: boxes in columns, by how many choices lead to them, and lines between. Pure.

A line goes to the right alone. What leads back is told by its name, which stands in every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.agents.actions import parse_action

WIDTH, ROW = 230, 24
_BETWEEN_X, _BETWEEN_Y, _EDGE = 80, 18, 10
_LONGEST = 26
"""Characters of a row; more would leave its box."""
_STAYS = ("back", "repeat", "none", "skip", "language")
"""What leads to no other place."""


@dataclass(frozen=True, slots=True)
class Row:
    """A way on."""

    key: str
    """The key that is pressed; empty: it is gone without one."""
    label: str
    kind: str
    """Of where it leads, see parley.agents.actions."""
    name: str
    y: float = 0.0


@dataclass(slots=True)
class Box:
    """A place that a caller comes to."""

    kind: str
    name: str
    rows: list[Row]
    column: int
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        """With its title."""
        return ROW * (1 + len(self.rows)) + _EDGE


@dataclass(slots=True)
class Graph:
    """What is drawn."""

    boxes: list[Box]
    lines: list[str] = field(default_factory=list)
    """Paths of SVG."""
    width: float = 0.0
    height: float = 0.0


def graph(file: Mapping[str, Any]) -> Graph | None:
    """Of an agent's file that is good; None: it has no menus."""
    menus = file.get("menus") or {}
    if not menus:
        return None
    boxes = _reached(file, {("greeting", "")})
    for name in menus:  # to which nothing leads
        if ("menu", name) not in boxes:
            boxes |= {key: box for key, box in _reached(file, {("menu", name)}).items() if key not in boxes}
    return _drawn(boxes)


def _reached(file: Mapping[str, Any], roots: set[tuple[str, str]]) -> dict[tuple[str, str], Box]:
    found: dict[tuple[str, str], Box] = {}
    column, heads = 0, list(roots)
    while heads:
        following = []
        for kind, name in heads:
            found[kind, name] = Box(kind, name, _rows(file, kind, name), column)
            following += [(row.kind, row.name) for row in found[kind, name].rows if row.kind not in _STAYS]
        heads = [place for place in dict.fromkeys(following) if place not in found]
        column += 1
    return found


def _rows(file: Mapping[str, Any], kind: str, name: str) -> list[Row]:
    if kind == "greeting":
        first = f"menu:{file['menu']}" if file.get("menu") else "agent"
        return [_row("", "", first), *(_row(key, "", to) for key, to in (file.get("keys") or {}).items())]
    if kind == "menu":
        menu = file["menus"][name]
        rows = [
            _row(key, str(option.get("label") or ""), option["to"]) for key, option in menu["options"].items()
        ]
        return [*rows, _row("", "", menu.get("then") or "agent")]
    if kind == "collect":
        return [_row("", "", file["collect"][name].get("then") or "agent")]
    return []


def _row(key: str, label: str, to: str) -> Row:
    action = parse_action(to)
    return Row(str(key), label[:_LONGEST], action.kind, action.name)


def _drawn(boxes: dict[tuple[str, str], Box]) -> Graph:
    bottoms: dict[int, float] = {}
    for box in boxes.values():
        box.x = _EDGE + box.column * (WIDTH + _BETWEEN_X)
        box.y = bottoms.get(box.column, _EDGE)
        box.rows = [
            Row(row.key, row.label, row.kind, row.name, box.y + ROW * (number + 1.5))
            for number, row in enumerate(box.rows)
        ]
        bottoms[box.column] = box.y + box.height + _BETWEEN_Y
    lines = [
        _line(box, row, boxes[row.kind, row.name])
        for box in boxes.values()
        for row in box.rows
        if (row.kind, row.name) in boxes and boxes[row.kind, row.name].column > box.column
    ]
    width = max(box.x for box in boxes.values()) + WIDTH + _EDGE
    return Graph(list(boxes.values()), lines, width, max(bottoms.values()))


def _line(box: Box, row: Row, to: Box) -> str:
    begin, end = box.x + WIDTH, to.x
    bend = min(end - begin, _BETWEEN_X) / 2
    y = to.y + ROW / 2 + _EDGE / 2
    return f"M{begin:g} {row.y:g}C{begin + bend:g} {row.y:g} {end - bend:g} {y:g} {end:g} {y:g}"
