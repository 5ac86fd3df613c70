"""Prometheus' rules: understood, tested, explained, and asking for what the services have."""

import itertools
import os
import re
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from parley.metrics import families
from tests.e2e.stack import containers

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "prometheus"
OPERATIONS = (ROOT / "docs/operations.md").read_text()
RUNBOOK = OPERATIONS.partition("\n## Runbook\n")[2].partition("\n## ")[0]
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))


def load(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


RULES = [
    rule for file in FOLDER.glob("rules/*.yml") for group in load(file)["groups"] for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDS = sorted({rule["record"] for rule in RULES if "record" in rule})
CASES = [
    case
    for file in FOLDER.glob("tests/*.yml")
    for test in load(file)["tests"]
    for case in test.get("alert_rule_test", [])
]


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_when_and_how_bad(name: str) -> None:
    alert = ALERTS[name]
    assert alert["for"]
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert alert["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"docs/operations.md#{name.lower()}"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_is_tested_to_fire_and_to_stay_silent(name: str) -> None:
    outcomes = {bool(case["exp_alerts"]) for case in CASES if case["alertname"] == name}
    assert outcomes == {True, False}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_section_of_the_runbook(name: str) -> None:
    for part in ("- **Callers**", "- **Look**", "- **Do**"):
        assert part in SECTIONS[name]


def test_the_runbook_is_about_alerts_that_there_are() -> None:
    assert SECTIONS.keys() == ALERTS.keys()


@pytest.mark.parametrize("name", RECORDS)
def test_a_recorded_series_is_named_by_level_metric_and_operations(name: str) -> None:
    level, metric, operations = name.split(":")
    assert re.fullmatch(r"(stack|agent|agent_stage|job|stream|instance)", level)
    assert metric.startswith("parley_")
    assert re.fullmatch(r"((p\d\d|\w*ratio|utilisation)_rate\d+m|sum|utilisation)", operations)


def test_rules_ask_for_what_the_services_have() -> None:
    known = set(itertools.chain.from_iterable(family.series for family in families()))
    for module in (ROOT / "asterisk/modules").glob("*.c"):  # some are Asterisk's, by a module of ours
        known |= set(re.findall(r'"(parley_\w+)"', module.read_text()))
    asked = set(re.findall(r"(?<![\w:])parley_\w+(?![\w:])", "\n".join(rule["expr"] for rule in RULES)))
    # parley_queue_seconds and the like stand in names of recorded series only.
    assert asked - known == set()
    recorded = set(re.findall(r"\w+:parley_\w+:\w+", "\n".join(rule["expr"] for rule in RULES)))
    assert recorded - set(RECORDS) == set()


# The programs themselves


def promtool(*arguments: str) -> None:
    """Run the promtool of the Prometheus that runs, on the files that it has mounted."""
    (prometheus,) = containers("prometheus")
    status, output = prometheus.exec_run(["promtool", *arguments], workdir="/etc/prometheus")
    assert status == 0, output.decode()


@pytest.mark.stack
def test_promtool_accepts_the_configuration_and_the_rules() -> None:
    promtool("check", "config", "prometheus.yml")
    promtool("check", "rules", *(f"rules/{file.name}" for file in FOLDER.glob("rules/*.yml")))


@pytest.mark.stack
@pytest.mark.parametrize("file", sorted(FOLDER.glob("tests/*.yml")), ids=lambda file: file.stem)
def test_alerts_fire_and_stay_silent(file: Path) -> None:
    promtool("test", "rules", f"tests/{file.name}")


@pytest.mark.stack
def test_the_running_prometheus_evaluates_every_rule() -> None:
    answer = requests.get(f"{os.environ['PROMETHEUS_URL']}/api/v1/rules", timeout=10).json()
    rules = [rule for group in answer["data"]["groups"] for rule in group["rules"]]
    assert sorted(rule["name"] for rule in rules) == sorted(r.get("alert") or r["record"] for r in RULES)
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []
