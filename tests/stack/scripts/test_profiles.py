"""What `make up` starts, by the settings."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def chosen(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", 'source scripts/lib/common.sh; choose_profiles; printf %s "$COMPOSE_PROFILES"'],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": ".env.example", "COMPOSE_FILE": "x.yml", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def profiles(**settings: str) -> set[str]:
    done = chosen(**settings)
    assert done.returncode == 0, done.stderr
    return {profile for profile in done.stdout.split(",") if profile}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"llm", "canary"}),
        ({"CANARY_INTERVAL_S": "0"}, {"llm"}),
        ({"LLM_BASE_URL": "https://api.example/v1"}, {"canary"}),
        ({"LLM_BASE_URL": "https://api.example/v1", "LLM_FALLBACK": "true"}, {"llm", "canary"}),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, {"llm", "canary", "tracing"}),
        ({"TURN_HOST": "192.0.2.7"}, {"llm", "canary", "turn"}),
        ({"ALERTS_BY_WEBHOOKS": "true"}, {"llm", "canary", "alerts"}),
        ({"ALERT_WEBHOOK_URL": "http://hook/"}, {"llm", "canary", "alerts"}),
    ],
)
def test_what_is_started(settings: dict[str, str], expected: set[str]) -> None:
    assert profiles(**settings) == expected


def test_on_the_hosts_network_there_is_no_turn_server() -> None:
    done = chosen(TURN_HOST="192.0.2.7", COMPOSE_FILE="x.yml:compose.host.yml")
    assert done.returncode == 1
    assert done.stderr.startswith("error: TURN_HOST goes not with HOST_NETWORK")
