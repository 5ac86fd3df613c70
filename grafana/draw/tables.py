"""Panels of instant queries put side by side: tables, and the waterfall of stages."""

from collections.abc import Mapping
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator

from grafana.draw.answers import Answered
from grafana.draw.canvas import Box, Canvas
from grafana.draw.look import BORDER, PALETTE, TEXT, WEAK, color
from grafana.draw.units import written

type Cell = str | float | None
_ROW_H = 30.0


def table(canvas: Canvas, box: Box, shown: Answered) -> None:
    """A header and a row for each series, or for each value of the label by which the queries are joined."""
    rows = _rows(shown)
    if not rows:
        canvas.text(box.x + box.w / 2, box.y + box.h / 2, shown.nothing, size=13, color=WEAK, align="center")
        return
    rules = _rules(shown.panel)
    widths = _widths(rows[0], rules, box.w)
    for number, row in enumerate([dict.fromkeys(rows[0]), *rows][: int(box.h // _ROW_H)]):
        x, y = box.x, box.y + (number + 0.5) * _ROW_H
        for title, value in row.items():
            words, tint = (title, PALETTE[5]) if number == 0 else _cell(value, rules.get(title, {}), shown)
            canvas.text(x + 8, y, words, size=12, color=tint, bold=number == 0)
            x += widths[title]
        canvas.rectangle(Box(box.x, y + _ROW_H / 2, box.w, 0.8), BORDER)


def barchart(canvas: Canvas, box: Box, shown: Answered) -> None:
    """Horizontal bars on top of each other; a field that is not filled only moves the next one."""
    rows = _rows(shown)
    if not rows:
        canvas.text(box.x + box.w / 2, box.y + box.h / 2, shown.nothing, size=13, color=WEAK, align="center")
        return
    name, *fields = rows[0]
    rules = _rules(shown.panel)
    axes = canvas.plot(box.inside(96, 6, 24, 34))
    left = [0.0] * len(rows)
    for field in fields:
        lengths = [float(row.get(field) or 0) for row in rows]
        if rules.get(field, {}).get("custom.fillOpacity") != 0:
            axes.barh(range(len(rows)), lengths, 0.6, left, color=color("blue"), alpha=0.85)
            for i, length in enumerate(lengths):
                axes.text(left[i] + length, i, f" {shown.text(length)}", color=TEXT, fontsize=8, va="center")
        left = [begin + length for begin, length in zip(left, lengths, strict=True)]
    axes.set_yticks(range(len(rows)), [str(row[name]) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, max(left) * 1.12 or 1)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, shown.defaults["unit"])))


def _rows(shown: Answered) -> list[dict[str, Cell]]:
    """What the panel's transformations make of the answers: its fields by their titles, in their order."""
    steps = {step["id"]: step["options"] for step in shown.panel["transformations"]}
    by = steps.get("joinByField", {}).get("byField")
    joined: dict[str, dict[str, Cell]] = {}
    for number, (asked, found) in enumerate(shown.answers):
        value = "Value" if len(shown.answers) == 1 else f"Value #{asked.ref}"
        for place, series in enumerate(found):
            key = series.labels.get(by, "") if by else f"{number} {place}"
            joined.setdefault(key, {}).update({**series.labels, value: series.values[-1]})
    order, titles = steps["organize"]["indexByName"], steps["organize"]["renameByName"]
    fields = sorted(order, key=lambda name: order[name])
    rows = [{titles[name]: row.get(name) for name in fields} for row in joined.values()]
    for sort in steps.get("sortBy", {}).get("sort", []):
        rows.sort(key=lambda row: str(row[sort["field"]]))
    return rows


def _rules(panel: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        override["matcher"]["options"]: {rule["id"]: rule["value"] for rule in override["properties"]}
        for override in panel["fieldConfig"]["overrides"]
    }


def _widths(row: Mapping[str, Cell], rules: Mapping[str, Mapping[str, Any]], room: float) -> dict[str, float]:
    """A column is as wide as its rule says; the others share what is left."""
    said = {title: rules.get(title, {}).get("custom.width") for title in row}
    left = room - sum(width for width in said.values() if width)
    share = left / max(1, sum(width is None for width in said.values()))
    return {title: width or share for title, width in said.items()}


def _cell(value: Cell, rules: Mapping[str, Any], shown: Answered) -> tuple[str, str]:
    if value is None:
        return "", TEXT
    if isinstance(value, str):
        known = {
            text: look for mapping in rules.get("mappings", []) for text, look in mapping["options"].items()
        }
        return value, color(known[value]["color"]) if value in known else TEXT
    unit = rules.get("unit", shown.defaults["unit"])
    return written(value, unit, None if unit == "short" else shown.defaults.get("decimals")), TEXT
