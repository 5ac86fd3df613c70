""".env.example, the settings classes and what Compose passes on: three views of the same settings."""

import importlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from parley.settings import Settings, variable_names

ROOT = Path(__file__).parents[3]
SERVICES = (
    "gateway",
    "stt",
    "agent",
    "models",
    "caller",
    "canary",
    "doctor",
    "tracing",
    "records",
    "api",
    "chat",
    "webhooks",
    "simulate",
)
# Given by docker-compose.yml itself, since they follow from it.
BY_COMPOSE = {
    "REDIS_URL",
    "METRICS_HOST",
    "MODELS_DIR",
    "AGENTS_DIR",
    "SECRETS_DIR",
    "RECORDS_DIR",
    "RECORDINGS_DIR",
    "API_DIR",
    "CONSOLE_URL",
    "WEBHOOKS_DIR",
    "CAMPAIGNS_DIR",
}
# Shared settings that these services have no use for.
UNUSED = {"models": {"METRICS_PORT"}, "caller": {"METRICS_PORT"}, "simulate": {"METRICS_PORT"}}
KINDS = re.compile(r"\[(text|secret|optional secret|port|integer|number|url|host|file|one of [\w ]+)\]$")


def entries() -> Iterator[tuple[str, str, str]]:
    """Yield (comment, name, default) of each line that sets something."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if match := re.match(r"([A-Z][A-Z0-9_]*)=(.*)$", line):
            yield above, match[1], match[2]


DEFAULTS = {name: default for _, name, default in entries()}


def settings_of(service: str) -> type[Settings]:
    module = importlib.import_module(f"{service}.settings")
    found = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings
    ]
    assert len(found) == 1, f"{service}.settings has {len(found)} settings classes"
    return found[0]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_each_setting_stands_once_with_its_purpose_and_kind() -> None:
    names = [name for _, name, _ in entries()]
    assert sorted(set(names)) == sorted(names)
    for comment, name, _ in entries():
        assert comment.startswith("# "), f"{name} has no comment"
        assert KINDS.search(comment), f"{name}: what must a value be? {comment}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_is_in_the_example_and_passed_on(service: str) -> None:
    names = set(variable_names(settings_of(service))) - BY_COMPOSE - UNUSED.get(service, set())
    assert names - DEFAULTS.keys() == set()
    assert names - compose()["services"][service]["environment"].keys() == set()


@pytest.mark.parametrize("service", SERVICES)
def test_defaults_are_the_same_in_both(service: str) -> None:
    kind = settings_of(service)
    for field in msgspec.structs.fields(kind):
        text = DEFAULTS.get(field.name.upper(), "")
        if field.default is msgspec.NODEFAULT or not text:
            # Required, made by a function, or empty: a default of "" at the most.
            assert field.default in (msgspec.NODEFAULT, "") or field.name.upper() in BY_COMPOSE
            continue
        assert msgspec.convert(text, field.type, strict=False) == field.default, field.name


def test_every_setting_of_the_example_is_used() -> None:
    users = [*ROOT.glob("*compose*.yml"), *ROOT.glob("scripts/**/*.sh")]
    text = "\n".join(file.read_text() for file in users)
    unused = [name for name in DEFAULTS if not re.search(rf"\b{name}\b", text)]
    assert unused == []
