"""A panel and what Prometheus answered to its queries."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from grafana.draw.units import written
from grafana.live import Prometheus, Series
from grafana.read import Asked, Span, filled, queries

_MAX_POINTS = 400
_INTERVALS = {"30s": 30.0, "1m": 60.0}
"""The least distance of points that panels ask for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A panel of a dashboard's file, the time it shows, and each of its queries with its answer."""

    panel: Mapping[str, Any]
    span: Span
    answers: list[tuple[Asked, list[Series]]]

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What holds for every field of the panel: unit, decimals, thresholds and so on."""
        found: Mapping[str, Any] = self.panel["fieldConfig"]["defaults"]
        return found

    @property
    def nothing(self) -> str:
        """What stands in the panel when there are no data."""
        return self.defaults.get("noValue") or "No data"

    def named(self) -> Iterator[tuple[str, str, Series]]:
        """Every series with its query's name and its own."""
        for asked, found in self.answers:
            for series in found:
                yield asked.ref, _legend(asked, series), series

    def text(self, value: float) -> str:
        """Write a value as the panel says."""
        return written(value, self.defaults["unit"], self.defaults.get("decimals"))


def answer(panel: Mapping[str, Any], prometheus: Prometheus, shown: Span) -> Answered:
    """Ask a panel's queries for the time that a dashboard shows, or the panel's own."""
    span = _span(panel, shown)
    found: list[tuple[Asked, list[Series]]] = []
    for asked in queries(panel):
        expr = filled(asked.expr, span)
        found.append(
            (asked, prometheus.now(expr, span.end) if asked.instant else prometheus.over(expr, span))
        )
    return Answered(panel, span, found)


def _span(panel: Mapping[str, Any], shown: Span) -> Span:
    if panel.get("timeFrom") == "now/d":
        day = time.localtime(shown.end)
        midnight = time.mktime((day.tm_year, day.tm_mon, day.tm_mday, 0, 0, 0, 0, 0, -1))
        return replace(shown, begin=midnight)
    step = max(shown.step, shown.length / panel.get("maxDataPoints", _MAX_POINTS))
    if "interval" in panel:
        step = max(step, _INTERVALS[panel["interval"]])
    # Whole seconds, as the windows of queries are written; points at the same times however often it is drawn.
    step = float(round(step))
    return Span(shown.begin // step * step, shown.end // step * step, step)


def _legend(asked: Asked, series: Series) -> str:
    if asked.legend != "__auto":
        return re.sub(r"\{\{(\w+)\}\}", lambda found: series.labels.get(found[1], ""), asked.legend)
    return ", ".join(series.labels.values()) or asked.expr
