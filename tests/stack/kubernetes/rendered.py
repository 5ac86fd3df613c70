"""What Kustomize makes of deploy/kubernetes, and what docker-compose.yml says of the same services."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy" / "kubernetes"
BASE = "base"
OVERLAYS = tuple(sorted(path.name for path in (DEPLOY / "overlays").iterdir()))
WORKLOADS = ("Deployment", "StatefulSet", "Job")
# Services of Compose that have no workload of their own, and why.
WITHOUT = {
    "gateway-2": "the second replica of gateway",
    "caller": "a tool: somebody's softphone calls from outside",
    "doctor": "a tool: it looks at containers, volumes and logs by way of Docker",
    "simulate": "a tool: it writes to the agents as their tests say, and reports to a folder of whoever starts it",
    "report": "a tool: it makes the page of a week for whoever starts it, and ends",
    "turn": "it leads to Asterisk's address, which is a whole machine's there: one elsewhere, by TURN_URLS",
    "edge": "before the cells, none of which it belongs to: a machine of its own, by Compose",
}
# Networks of Compose that have no policy, and why.
WITHOUT_POLICY = {"front": "the edge's alone"}

Objects = list[dict[str, Any]]


def render(folder: Path) -> Objects:
    """Every object of a folder; what is wrong with it is an AssertionError."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(folder)],
        env={"PATH": os.environ["PATH"], "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


@cache
def objects(name: str) -> Objects:
    """Those of the base, or of the overlay of that name."""
    return render(DEPLOY / (name if name == BASE else f"overlays/{name}"))


def named(objects: Objects, kind: str) -> dict[str, dict[str, Any]]:
    """Those of a kind, by name."""
    return {each["metadata"]["name"]: each for each in objects if each["kind"] == kind}


def workloads(objects: Objects) -> dict[str, dict[str, Any]]:
    """What runs, by name."""
    return {each["metadata"]["name"]: each for each in objects if each["kind"] in WORKLOADS}


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    """What a workload's pods are."""
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def container(workload: dict[str, Any]) -> dict[str, Any]:
    """The one container that each pod has."""
    (only,) = pod(workload)["containers"]
    return dict(only)


def networks(workload: dict[str, Any]) -> set[str]:
    """Those whose labels its pods have."""
    labels = workload["spec"]["template"]["metadata"]["labels"]
    return {key.removeprefix("network/") for key in labels if key.startswith("network/")}


@cache
def compose(file: str = "docker-compose.yml") -> dict[str, dict[str, Any]]:
    """The services of a Compose file, as they stand there."""
    loaded = yaml.load((ROOT / file).read_text(), Loader=yaml.CSafeLoader)
    services: dict[str, dict[str, Any]] = loaded["services"]
    return services


@cache
def settings() -> Mapping[str, str]:
    """The settings of .env.example, and their defaults."""
    return dict(re.findall(r"(?m)^([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text()))


def pairs() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield (name, service of Compose, workload of the base) of those that are in both."""
    there = workloads(objects(BASE))
    for name, service in compose().items():
        if name in there:
            yield name, service, there[name]
