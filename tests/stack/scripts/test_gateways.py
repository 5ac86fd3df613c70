"""Gateways and workers are replaced one after the other, gateways drained while the other one runs."""

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


# The engine is a file of containers here, "ID SERVICE STATE" a line, and one of what it was told.
WORKERS = """
source scripts/lib/common.sh; source scripts/lib/workers.sh; WORKER_WAIT_S=0
workers_of() { awk -v of="$1" '$2 == of { print $1 }' "$THERE"; }
workers_are_healthy() { grep --quiet " $1 healthy" "$THERE" && ! grep --quiet " $1 ill" "$THERE"; }
changed_workers() { awk -v of="$1" '$2 == of && /old/ { print $1 }' "$THERE"; }
quiet_dc() {
    say "$*" >>"$THERE.told"
    [[ $* == *"--no-recreate"* ]] || fail "all of them would be away at a time"
    echo "new-$RANDOM ${*: -1} $BECOMES" >>"$THERE"
}
docker() { say "$*" >>"$THERE.told"; [[ $1 != rm ]] || sed -i "/^$2 /d" "$THERE"; }
roll_workers
"""


def roll_workers(there: Path, containers: str, becomes: str = "healthy") -> Run:
    there.write_text(containers)
    return run("bash", "-c", WORKERS, THERE=str(there), BECOMES=becomes)


def services(there: Path) -> list[list[str]]:
    return sorted(line.split()[1:] for line in there.read_text().splitlines())


def test_each_old_worker_goes_when_a_new_one_is_healthy(tmp_path: Path) -> None:
    there = tmp_path / "there"
    done = roll_workers(there, "old-1 stt healthy\nold-2 stt healthy\nsame agent healthy\n")
    assert done.returncode == 0, done.stderr
    assert services(there) == [["agent", "healthy"], ["stt", "healthy"], ["stt", "healthy"]]
    told = (tmp_path / "there.told").read_text()
    assert [line.split()[0] for line in told.splitlines()] == ["up", "stop", "rm"] * 2
    assert told.count("--scale stt=3 stt") == 2
    assert "old" not in there.read_text()


def test_an_old_worker_stays_when_the_new_one_does_not_become_healthy(tmp_path: Path) -> None:
    there = tmp_path / "there"
    done = roll_workers(there, "old-1 stt healthy\nold-2 stt healthy\n", becomes="ill")
    assert done.returncode == 1
    assert "a new stt is not healthy; the old ones go on" in done.stderr
    assert there.read_text().count("old") == 2


def test_where_no_worker_is_healthy_nothing_is_waited_for(tmp_path: Path) -> None:
    done = roll_workers(tmp_path / "there", "old-1 stt ill\nold-2 agent ill\n")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "there.told").exists()
