"""Gateways are replaced one after the other, and drained while the other one runs."""

from pathlib import Path

import pytest

from tests.stack.scripts.run import Run, run

# Compose is told what to start; what is started is healthy then, unless it is said not to become so.
SCRIPT = """
source scripts/lib/common.sh; source scripts/lib/gateways.sh; GATEWAY_WAIT_S=0
is_healthy() { [[ " $HEALTHY " == *" $1 "* ]]; }
calls_of() { say 2; }
quiet_dc() { say "$*"; [[ ${*: -1} == "$BROKEN" ]] || HEALTHY+=" ${*: -1}"; }
roll_gateways
"""


def roll(healthy: str, broken: str = "") -> Run:
    return run("bash", "-c", SCRIPT, HEALTHY=healthy, BROKEN=broken)


def started(done: Run) -> list[str]:
    return [line.rpartition(" ")[2] for line in done.stdout.splitlines() if line.startswith("up ")]


@pytest.mark.parametrize(
    ("healthy", "order"),
    [
        ("gateway gateway-2", ["gateway", "gateway-2"]),
        ("gateway-2", ["gateway", "gateway-2"]),
        ("gateway", ["gateway-2", "gateway"]),
        ("", []),
    ],
)
def test_those_that_serve_nobody_come_first(healthy: str, order: list[str]) -> None:
    done = roll(healthy)
    assert (done.returncode, started(done)) == (0, order), done.stderr


def test_whoever_waits_is_told_why() -> None:
    assert (
        "gateway has 2 calls: if it has changed, it is replaced when they are over" in roll("gateway").stdout
    )


def test_the_old_one_stays_when_the_new_one_beside_it_does_not_become_healthy() -> None:
    done = roll("gateway", broken="gateway-2")
    assert (done.returncode, started(done)) == (1, ["gateway-2"])
    assert "gateway-2 is not healthy; the other gateway goes on taking calls" in done.stderr


@pytest.mark.parametrize("service", ["", "stt", "gateway-3"])
def test_only_a_gateway_is_drained(env_file: Path, service: str) -> None:
    done = run("scripts/down.sh", "drain", service, ENV_FILE=str(env_file))
    assert done.returncode == 1
    assert "which gateway is to stop?" in done.stderr
