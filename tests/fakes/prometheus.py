"""A Prometheus that has something for every query."""

import math

from grafana.live import Series
from grafana.read import Span
from tests.grafana.promql import grouped_by

_BOUNDS = ("0.1", "0.5", "1.0", "+Inf")


class FakePrometheus:
    """Answers every query with two series, a histogram's with its buckets; remembers what it was asked."""

    def __init__(self, *, empty: bool = False) -> None:
        self.empty = empty
        self.asked: list[str] = []

    def now(self, query: str, at: float) -> list[Series]:
        return self._series(query, [at])

    def over(self, query: str, span: Span) -> list[Series]:
        points = int(span.length // span.step) + 1
        # A gap in the middle, as after a restart.
        times = [span.begin + i * span.step for i in range(points) if i % 10 != 5]
        return self._series(query, times)

    def _series(self, query: str, times: list[float]) -> list[Series]:
        self.asked.append(query)
        if self.empty:
            return []
        labels = grouped_by(query)
        if labels == {"le"} and "quantile" not in query and "/" not in query:
            return [Series({"le": bound}, times, [float(i)] * len(times)) for i, bound in enumerate(_BOUNDS)]
        return [
            Series({label: f"{label} {name}" for label in labels}, times, [size + math.sin(t) for t in times])
            for name, size in (("a", 2.0), ("b", 3.0))
        ]
