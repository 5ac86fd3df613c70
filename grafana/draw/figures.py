"""Panels of single values: large figures, and bars beside each other."""

from grafana.draw.answers import Answered
from grafana.draw.canvas import Box, Canvas
from grafana.draw.look import TEXT, WEAK, by_threshold
from grafana.live import Series


def stat(canvas: Canvas, box: Box, shown: Answered) -> None:
    """Large figures side by side, each over its course."""
    found = list(shown.named())
    if not found:
        canvas.text(box.x + box.w / 2, box.y + box.h / 2, shown.nothing, size=22, color=WEAK, align="center")
        return
    width = box.w / len(found)
    for i, (_, name, series) in enumerate(found):
        slot = Box(box.x + i * width, box.y, width, box.h)
        tint = by_threshold(series.values[-1], shown.defaults["thresholds"]["steps"])
        if len(series.values) > 1:
            _sparkline(canvas, slot, series, tint, shown)
        named = len(found) > 1 or shown.panel["options"]["textMode"] == "value_and_name"
        middle = slot.x + slot.w / 2
        if named:
            canvas.text(middle, slot.y + slot.h * 0.16, name, size=13, color=TEXT, align="center")
        words = shown.text(series.values[-1])
        size = min(34.0, slot.w / (0.75 * len(words)))
        y = slot.y + slot.h * (0.6 if named else 0.48)
        canvas.text(middle, y, words, size=size, color=tint, align="center", bold=True)


def _sparkline(canvas: Canvas, slot: Box, series: Series, tint: str, shown: Answered) -> None:
    axes = canvas.plot(slot.inside(2, slot.h * 0.55, 2, 2), ruled=False)
    axes.fill_between(series.times, series.values, color=tint, alpha=0.18, lw=0)
    axes.plot(series.times, series.values, color=tint, lw=1)
    axes.set_xlim(shown.span.begin, shown.span.end)
    axes.set_ylim(0, max(*series.values, 1e-9) * 1.15)


def bargauge(canvas: Canvas, box: Box, shown: Answered) -> None:
    """Horizontal bars with their names and values."""
    found = [(name, series.values[-1]) for _, name, series in shown.named()]
    height = min(44.0, box.h / max(1, len(found)))
    largest = shown.defaults.get("max") or max((value for _, value in found), default=1) or 1
    for i, (name, value) in enumerate(found):
        y = box.y + i * height
        tint = by_threshold(value, shown.defaults["thresholds"]["steps"])
        canvas.text(box.x + 90, y + height / 2, name, size=12, align="right")
        room = Box(box.x + 100, y + 5, box.w - 190, height - 10)
        canvas.rectangle(room, "#22252b")
        canvas.rectangle(room._replace(w=room.w * min(1.0, value / largest)), tint)
        canvas.text(box.x + box.w - 8, y + height / 2, shown.text(value), size=13, color=tint, align="right")
