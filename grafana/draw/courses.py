"""Panels over time: lines, areas, bars, and heatmaps."""

import math
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from grafana.draw.answers import Answered
from grafana.draw.canvas import Box, Canvas
from grafana.draw.look import PALETTE, WEAK, color
from grafana.draw.units import written
from grafana.live import Series

_TICKS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 10**9)
"""Seconds between the times that are written below a course."""


def timeseries(canvas: Canvas, box: Box, shown: Answered) -> None:
    """Lines, areas on top of each other, or stacked bars."""
    custom = shown.defaults.get("custom", {})
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    axes = _course(canvas, box, shown)
    names: list[tuple[str, str]] = []
    bottom: dict[float, float] = {}
    for i, (ref, name, series) in enumerate(shown.named()):
        rules = _rules(shown.panel, ref)
        tint = color(rules["color"]["fixedColor"]) if "color" in rules else PALETTE[i % len(PALETTE)]
        names.append((name, tint))
        if custom.get("drawStyle") == "bars":
            _bars(axes, series, tint, bottom, shown.span.step)
        elif stacked:
            _area(axes, series, tint, bottom)
        else:
            _line(axes, series, tint, shown.span.step, dashed="custom.lineStyle" in rules)
    _scaled(axes, shown)
    if not names:
        canvas.text(box.x + box.w / 2, box.y + box.h / 2, shown.nothing, color=WEAK, align="center")
    canvas.legend(Box(box.x + 6, box.y + box.h - 20, box.w - 12, 16), names)


def _course(canvas: Canvas, box: Box, shown: Answered) -> Axes:
    axes = canvas.plot(box.inside(58, 6, 14, 46))
    axes.set_xlim(shown.span.begin, shown.span.end)
    tick = next(tick for tick in _TICKS if shown.span.length / tick <= 6)
    first = math.ceil(shown.span.begin / tick) * tick
    ticks = np.arange(first, shown.span.end, tick)
    axes.set_xticks(ticks, [time.strftime("%H:%M", time.localtime(at)) for at in ticks])
    return axes


def _scaled(axes: Axes, shown: Answered) -> None:
    low, high = shown.defaults.get("min"), shown.defaults.get("max")
    values = [value for _, _, series in shown.named() for value in series.values]
    bottom, top = axes.get_ylim()
    if not any(values):  # nothing but noughts: no axis of millionths
        top = 1.0
    axes.set_ylim(bottom if low is None else low, top if high is None else high)
    unit = shown.defaults["unit"]
    if unit == "bytes":
        axes.yaxis.set_major_locator(MultipleLocator(2.0 ** math.ceil(math.log2(top / 5))))
    else:
        whole = shown.defaults.get("decimals") == 0
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))


def _line(axes: Axes, series: Series, tint: str, step: float, *, dashed: bool) -> None:
    times, values = _with_gaps(series, step)
    if not dashed:
        axes.fill_between(times, values, color=tint, alpha=0.08, lw=0)
    axes.plot(times, values, color=tint, lw=1.2, ls=(0, (6, 5)) if dashed else "-")
    if len(series.values) == 1:
        axes.plot(times, values, ".", color=tint)


def _with_gaps(series: Series, step: float) -> tuple[list[float], list[float]]:
    """Put a point without a value where points are missing, so that no line is drawn over it."""
    times: list[float] = []
    values: list[float] = []
    for moment, value in zip(series.times, series.values, strict=True):
        if times and moment - times[-1] > 1.5 * step:
            times.append(moment - step / 2)
            values.append(math.nan)
        times.append(moment)
        values.append(value)
    return times, values


def _area(axes: Axes, series: Series, tint: str, bottom: dict[float, float]) -> None:
    low, high = _stack(series, bottom)
    axes.fill_between(series.times, low, high, color=tint, alpha=0.35, lw=0)
    axes.plot(series.times, high, color=tint, lw=1.2)


def _bars(axes: Axes, series: Series, tint: str, bottom: dict[float, float], step: float) -> None:
    low, _ = _stack(series, bottom)
    axes.bar(series.times, series.values, 0.8 * step, low, color=tint, alpha=0.85)


def _stack(series: Series, bottom: dict[float, float]) -> tuple[list[float], list[float]]:
    """Put a series on top of those before it; returns its lower and its upper edge."""
    low = [bottom.get(moment, 0.0) for moment in series.times]
    high = [base + value for base, value in zip(low, series.values, strict=True)]
    bottom.update(zip(series.times, high, strict=True))
    return low, high


def heatmap(canvas: Canvas, box: Box, shown: Answered) -> None:
    """Buckets from bottom to top, the brighter the more observations; only the buckets that have some."""
    found = {float(series.labels["le"]): series for _, _, series in shown.named()}
    bounds = sorted(found)
    times, counts = _counts([found[bound] for bound in bounds])
    used = np.flatnonzero(counts.sum(axis=1) > 0)
    if not used.size:
        canvas.text(box.x + box.w / 2, box.y + box.h / 2, shown.nothing, color=WEAK, align="center")
        return
    low, high = max(used[0] - 1, 0), min(used[-1] + 2, len(bounds))
    axes = _course(canvas, box, shown)
    edges = [moment - shown.span.step for moment in times] + [times[-1]]
    cells = np.ma.masked_less_equal(counts[low:high], 1e-9)
    axes.pcolormesh(
        edges,
        np.arange(low, high + 1),
        cells,
        cmap="Oranges_r",
        norm=PowerNorm(0.5, 0, max(4.0, cells.max())),
    )
    ticks = range(low, high, max(1, (high - low) // 6))
    axes.set_yticks([tick + 1 for tick in ticks], [_bound(bounds[tick], shown) for tick in ticks])
    axes.grid(visible=False)


def _counts(cumulative: list[Series]) -> tuple[list[float], NDArray[np.float64]]:
    """Turn buckets that count all below them into counts of their own: times, and a row for each bucket."""
    times = sorted({moment for series in cumulative for moment in series.times})
    at = {moment: i for i, moment in enumerate(times)}
    counts = np.zeros((len(cumulative), len(times)))
    for row, series in enumerate(cumulative):
        counts[row, [at[moment] for moment in series.times]] = series.values
    return times, np.maximum(np.diff(counts, axis=0, prepend=0), 0)


def _bound(bound: float, shown: Answered) -> str:
    return "more" if math.isinf(bound) else written(bound, shown.defaults["unit"])


def _rules(panel: Mapping[str, Any], ref: str) -> dict[str, Any]:
    """What a panel's overrides say of the series of one query."""
    return {
        rule["id"]: rule["value"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"] == {"id": "byFrameRefID", "options": ref}
        for rule in override["properties"]
    }
