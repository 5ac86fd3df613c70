"""Dashboards: complete, and asking only for metrics that the running services have."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

ROOT = Path(__file__).parents[2]
DASHBOARDS = sorted((ROOT / "grafana" / "dashboards").glob("*.json"))
_FUNCTIONS = {
    "sum",
    "avg",
    "by",
    "le",
    "rate",
    "increase",
    "histogram_quantile",
    "vector",
    "or",
    "on",
    "max",
    "min",
}


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


def queries(dashboard: dict[str, Any]) -> list[str]:
    variables = [variable["query"]["query"] for variable in dashboard["templating"]["list"]]
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]] + [
        re.sub(r"^label_values\((.*), \w+\)$", r"\1", query) for query in variables
    ]


def metrics(query: str) -> set[str]:
    """Return the metrics that a query names."""
    bare = re.sub(r'\{[^}]*\}|\[[^]]*\]|"[^"]*"|\bby \([^)]*\)', " ", query)
    return {name for name in re.findall(r"[a-z_][a-z0-9_]*", bare) if name not in _FUNCTIONS}


def prometheus(path: str, **parameters: str) -> Any:
    url = os.environ["PROMETHEUS_URL"] + path
    response = requests.get(url, params=parameters, timeout=10)
    assert response.ok, f"{url} {parameters}: {response.text}"
    return response.json()["data"]


def test_there_are_dashboards() -> None:
    assert DASHBOARDS


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_has_unit_description_and_the_data_source(file: Path) -> None:
    source = yaml.safe_load((ROOT / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uid = source["datasources"][0]["uid"]
    dashboard = load(file)
    assert dashboard["uid"]
    assert dashboard["title"]
    found = list(panels(dashboard))
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in found:
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == uid
        assert panel["targets"]
        assert all(target["datasource"]["uid"] == uid for target in panel["targets"])


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_panels_do_not_lie_over_each_other(file: Path) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in load(file)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies over {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_names_of_metrics_are_found_in_queries() -> None:
    query = 'histogram_quantile(0.5, sum by (le, stage) (increase(a_seconds_bucket{agent=~"$agent"}[5m]))) or vector(0)'
    assert metrics(query) == {"a_seconds_bucket"}


@pytest.mark.stack
@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_query_is_understood_and_its_metrics_exist(file: Path) -> None:
    # Metadata has the families of a service from its first scrape on, a series only from its first sample.
    known = set(prometheus("/api/v1/metadata"))
    for query in queries(load(file)):
        concrete = re.sub(r"\$__range|\$__rate_interval", "5m", query).replace("$agent", ".*")
        prometheus("/api/v1/query", query=concrete)
        for name in metrics(query) - {"up"}:
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            assert known & {name, family, name.removesuffix("_total")}, f"no service has {name}: {query}"


@pytest.mark.stack
def test_every_service_is_scraped() -> None:
    targets = prometheus("/api/v1/targets", state="active")["activeTargets"]
    health = {(target["labels"]["job"], target["labels"]["instance"]): target for target in targets}
    assert {job for job, _ in health} >= {"gateway", "stt", "agent", "asterisk", "prometheus"}
    assert sum(job == "stt" for job, _ in health) == 2
    broken = {place: target["lastError"] for place, target in health.items() if target["health"] != "up"}
    assert broken == {}
