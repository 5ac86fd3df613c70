"""The running Prometheus: every target is up, and has every metric that docs/metrics.md lists."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from parley.metrics import families, unused

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/metrics.md").read_text()
TABLE = PAGE.partition("## From others")[2].partition("\n## ")[0]
OTHERS = [
    name
    for row in re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE)
    for name in re.findall(r"`([\w:]+)`", row)
]
EDGE = {name: "no edge is before the stack" for name in OTHERS if name.startswith("kamailio_")}
RARE = EDGE | {
    "ALERTS": "not while all is well; the tests of alerts look at it",
    "alertmanager_notifications_failed_total": "not before the first failure",
    "node_pressure_cpu_waiting_seconds_total": "not every kernel tells it",
}


def prometheus(path: str, **parameters: str) -> Any:
    response = requests.get(os.environ["PROMETHEUS_URL"] + path, params=parameters, timeout=10)
    assert response.ok, response.text
    return response.json()["data"]


def test_every_metric_is_on_a_panel_in_a_rule_or_in_the_docs() -> None:
    files = [*ROOT.glob("grafana/dashboards/*.json"), *ROOT.glob("prometheus/rules/*.yml")]
    files += [file for file in ROOT.glob("docs/*.md") if file.name != "metrics.md"]
    found = unused(families(), (file.read_text() for file in files))
    assert found == [], "nobody would see these"


@pytest.mark.stack
def test_every_target_is_up() -> None:
    targets = prometheus("/api/v1/targets", state="active")["activeTargets"]
    jobs = [target["labels"]["job"] for target in targets]
    assert {
        "gateway",
        "stt",
        "agent",
        "records",
        "api",
        "chat",
        "webhooks",
        "asterisk",
        "llm",
        "host",
        "alertmanager",
    } <= set(jobs)
    assert jobs.count("stt") == 2
    assert {target["scrapeUrl"]: target["lastError"] for target in targets if target["health"] != "up"} == {}


@pytest.mark.stack
def test_every_metric_of_a_running_service_is_there() -> None:
    running = {result["metric"]["job"] for result in prometheus("/api/v1/query", query="up")["result"]}
    known = set(prometheus("/api/v1/metadata"))
    documented = {family.name for family in families() if family.service in running}
    # A counter's metadata goes by its name with or without _total, as the scraped format says.
    assert {name for name in documented if not known & {name, name.removesuffix("_total")}} == set()


@pytest.mark.stack
@pytest.mark.parametrize("name", [name for name in OTHERS if name not in RARE])
def test_what_others_are_said_to_tell_is_told(name: str) -> None:
    assert prometheus("/api/v1/query", query=f'{{__name__="{name}"}}')["result"]
