"""A whole dashboard as a picture."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from grafana.draw.answers import Answered, answer
from grafana.draw.canvas import Box, Canvas
from grafana.draw.courses import heatmap, timeseries
from grafana.draw.figures import bargauge, stat
from grafana.draw.look import CELL_H, CELL_W, GAP, TEXT, WEAK
from grafana.draw.tables import barchart, table
from grafana.live import Prometheus
from grafana.read import Span

KINDS: Mapping[str, Callable[[Canvas, Box, Answered], None]] = {
    "stat": stat,
    "timeseries": timeseries,
    "heatmap": heatmap,
    "bargauge": bargauge,
    "table": table,
    "barchart": barchart,
}
"""How each type of panel is drawn."""
LABEL = "a rendering of live data by `make screens`, not a screenshot of Grafana"
_HEAD = 52
_TITLE_H = 32


def draw(dashboard: Mapping[str, Any], prometheus: Prometheus, span: Span) -> Figure:
    """Draw a dashboard as it is in its file, with what Prometheus answers for the time shown."""
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    height = max(place["y"] + place["h"] for place in places) * CELL_H
    canvas = Canvas(24 * CELL_W + GAP, height + _HEAD + GAP)
    _head(canvas, dashboard, span)
    for panel in dashboard["panels"]:
        box = _place(panel["gridPos"])
        if panel["type"] == "row":
            canvas.text(box.x + 4, box.y + box.h / 2, f"▾ {panel['title']}", size=15, bold=True)
            continue
        canvas.frame(box)
        canvas.text(box.x + 10, box.y + 17, panel["title"], size=13, bold=True)
        KINDS[panel["type"]](canvas, box.inside(6, _TITLE_H, 6, 6), answer(panel, prometheus, span))
    return canvas.figure


def _place(place: Mapping[str, int]) -> Box:
    x, y = GAP + place["x"] * CELL_W, _HEAD + place["y"] * CELL_H
    return Box(x, y, place["w"] * CELL_W - GAP, place["h"] * CELL_H - GAP)


def _head(canvas: Canvas, dashboard: Mapping[str, Any], span: Span) -> None:
    chosen = (
        f"{variable['label']}: {variable['current']['text']}" for variable in dashboard["templating"]["list"]
    )
    title = dashboard["title"]
    canvas.text(14, _HEAD / 2, title, size=18, color=TEXT, bold=True)
    canvas.text(34 + 11 * len(title), _HEAD / 2 + 2, "    ".join(chosen), size=12, color=WEAK)
    canvas.text(canvas.width - 14, _HEAD / 2 - 9, LABEL, size=13, color="#ff9830", align="right")
    shown = " to ".join(time.strftime("%Y-%m-%d %H:%M", time.localtime(t)) for t in (span.begin, span.end))
    canvas.text(canvas.width - 14, _HEAD / 2 + 10, shown, size=12, color=WEAK, align="right")
