"""What is made for Swarm of docker-compose.yml and compose.swarm.yml."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from deploy.swarm.stack import Given, Stack, translate

ROOT = Path(__file__).parents[3]
PROJECT = "parley-b"
PROFILES = ("llm", "canary", "alerts", "tracing", "turn")
"""All that `make up` may switch on."""
GIVEN = Given(str(ROOT), {"ca": b"a certificate"}, {"parley-gateway:latest": "sha256:1"})

Config = dict[str, Any]


@cache
def settings() -> tuple[tuple[str, str], ...]:
    """Settings as `scripts/setup/env.sh create` makes them, with passwords of their own."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "env"
        subprocess.run(
            ["scripts/setup/env.sh", "create", str(file)], cwd=ROOT, check=True, capture_output=True
        )
        lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return tuple((name, value) for name, _, value in (line.partition("=") for line in lines))


def compose(*overlays: str, profiles: tuple[str, ...] = PROFILES, **changed: str) -> Config:
    """What Compose says of the stack with compose.swarm.yml and these, when these settings are changed."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "env"
        file.write_text("".join(f"{name}={value}\n" for name, value in (dict(settings()) | changed).items()))
        command = ["docker", "compose", "--project-name", PROJECT, "--env-file", str(file)]
        for profile in profiles:
            command += ["--profile", profile]
        for name in ("docker-compose.yml", *(f"compose.{name}.yml" for name in (*overlays, "swarm"))):
            command += ["--file", name]
        done = subprocess.run(
            [*command, "config", "--format", "json"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": "/tmp", "SETTINGS_DIR": f"{ROOT}/.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr, done.stderr
    config: Config = json.loads(done.stdout)
    return config


@cache
def plain() -> Config:
    """What Compose says of it as it comes."""
    return compose()


@cache
def made() -> Stack:
    """The stack as it comes."""
    return translate(plain(), GIVEN)


def services(stack: Stack | None = None) -> dict[str, dict[str, Any]]:
    """Those of a stack, or of the stack as it comes, by name."""
    found: dict[str, dict[str, Any]] = (stack or made()).document["services"]
    return found


@cache
def at_home() -> dict[str, dict[str, Any]]:
    """The services that docker-compose.yml has without profiles, or with one of PROFILES, as they stand there."""
    loaded = yaml.load((ROOT / "docker-compose.yml").read_text(), Loader=yaml.CSafeLoader)
    return {
        name: service
        for name, service in loaded["services"].items()
        if set(service.get("profiles", PROFILES)) & set(PROFILES)
    }
