"""Prometheus, as the dashboards find it: every service is scraped, and every metric is known by its name."""

import os

import pytest

from grafana.live import Prometheus
from grafana.read import Span, dashboards, filled, panels, queries
from parley.metrics import families
from tests.grafana.promql import selectors

pytestmark = pytest.mark.stack

OURS = {series: family.name for family in families() for series in family.series}
# Services that only run where a setting asks for them.
LEFT_OUT = {"parley_traces_total"}


@pytest.fixture
def prometheus() -> Prometheus:
    return Prometheus(os.environ["PROMETHEUS_URL"])


def test_every_metric_of_the_dashboards_is_known_to_prometheus(prometheus: Prometheus) -> None:
    # Metadata has the families of a service from its first scrape on, a series only from its first sample.
    known = set(prometheus.ask("metadata"))
    named = {
        selector.name
        for dashboard in dashboards().values()
        for panel in panels(dashboard)
        for query in queries(panel)
        for selector in selectors(filled(query.expr, Span(0.0, 3600.0, 15.0)))
    }
    for name in (named & set(OURS)) - LEFT_OUT:
        assert known & {OURS[name], OURS[name].removesuffix("_total")}, f"no service has {name}"


def test_every_service_is_scraped(prometheus: Prometheus) -> None:
    targets = prometheus.ask("targets", state="active")["activeTargets"]
    health = {(target["labels"]["job"], target["labels"]["instance"]): target for target in targets}
    assert {job for job, _ in health} >= {"gateway", "stt", "agent", "asterisk", "prometheus"}
    assert sum(job == "stt" for job, _ in health) == 2
    broken = {place: target["lastError"] for place, target in health.items() if target["health"] != "up"}
    assert broken == {}
