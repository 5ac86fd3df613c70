"""Queries that many panels ask: how often something happened in each step, and how long it took."""

from grafana.generate.panels import GREEN, ORANGE, Query
from grafana.generate.queries import quantile, total


def each_step(counter: str, labels: str, by: str = "", name: str = "", color: str = "") -> Query:
    """Events in each step of the panel's axis, a series for each value of the labels `by`, called after `name`."""
    values = [f"{{{{{label}}}}}" for label in by.split(", ") if label]
    legend = ": ".join([name, *values] if name else values)
    return Query(total(counter, labels, "$__interval", by), legend, color)


def p50_p95(histogram: str, labels: str) -> tuple[Query, Query]:
    """Below what half of the observations are, and 95 %."""
    return (
        Query(quantile(0.5, histogram, labels), "p50", GREEN),
        Query(quantile(0.95, histogram, labels), "p95", ORANGE),
    )
