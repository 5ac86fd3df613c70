"""Asks a Prometheus over its HTTP API."""

import math
from dataclasses import dataclass
from typing import Any

import requests

from grafana.read import Span


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: points without a number are left out. Times are Unix times."""

    labels: dict[str, str]
    times: list[float]
    values: list[float]


class Prometheus:
    """A Prometheus at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def ask(self, path: str, **parameters: str) -> Any:
        """Ask /api/v1/`path` and return its data; requests.HTTPError with Prometheus's own words when it refuses."""
        url = f"{self._url}/api/v1/{path}"
        if path.startswith("query"):  # too long for an address
            answer = requests.post(url, data=parameters, timeout=30)
        else:
            answer = requests.get(url, params=parameters, timeout=30)
        if not answer.ok:
            raise requests.HTTPError(f"{path} {parameters}: {answer.text}", response=answer)
        return answer.json()["data"]

    def now(self, query: str, at: float) -> list[Series]:
        """Evaluate a query at one moment; series in the order of the answer."""
        result = self.ask("query", query=query, time=f"{at:.3f}")
        if result["resultType"] == "scalar":
            return [_series({}, [result["result"]])]
        return _with_points([_series(found["metric"], [found["value"]]) for found in result["result"]])

    def over(self, query: str, span: Span) -> list[Series]:
        """Evaluate a query at every step of a span."""
        result = self.ask(
            "query_range",
            query=query,
            start=f"{span.begin:.3f}",
            end=f"{span.end:.3f}",
            step=f"{span.step:.3f}",
        )
        return _with_points([_series(found["metric"], found["values"]) for found in result["result"]])


def _series(labels: dict[str, str], points: list[list[Any]]) -> Series:
    numbers = [(float(time), float(value)) for time, value in points]
    kept = [(time, value) for time, value in numbers if math.isfinite(value)]
    return Series(labels, [time for time, _ in kept], [value for _, value in kept])


def _with_points(found: list[Series]) -> list[Series]:
    return [series for series in found if series.values]
