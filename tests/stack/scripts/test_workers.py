"""Workers are replaced one after the other, each by one that is healthy."""

from pathlib import Path

from tests.stack.scripts.run import Run, run

# The engine is a file of containers here, "ID SERVICE STATE" a line, and one of what it was told.
SCRIPT = """
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


def roll(there: Path, containers: str, becomes: str = "healthy") -> Run:
    there.write_text(containers)
    return run("bash", "-c", SCRIPT, THERE=str(there), BECOMES=becomes)


def services(there: Path) -> list[list[str]]:
    return sorted(line.split()[1:] for line in there.read_text().splitlines())


def test_each_old_one_goes_when_a_new_one_is_healthy(tmp_path: Path) -> None:
    there = tmp_path / "there"
    done = roll(there, "old-1 stt healthy\nold-2 stt healthy\nsame agent healthy\n")
    assert done.returncode == 0, done.stderr
    assert services(there) == [["agent", "healthy"], ["stt", "healthy"], ["stt", "healthy"]]
    told = (tmp_path / "there.told").read_text()
    assert [line.split()[0] for line in told.splitlines()] == ["up", "stop", "rm"] * 2
    assert told.count("--scale stt=3 stt") == 2
    assert "old" not in there.read_text()


def test_the_old_one_stays_when_the_new_one_does_not_become_healthy(tmp_path: Path) -> None:
    there = tmp_path / "there"
    done = roll(there, "old-1 stt healthy\nold-2 stt healthy\n", becomes="ill")
    assert done.returncode == 1
    assert "a new stt is not healthy; the old ones go on" in done.stderr
    assert there.read_text().count("old") == 2


def test_where_none_is_healthy_nothing_is_waited_for(tmp_path: Path) -> None:
    done = roll(tmp_path / "there", "old-1 stt ill\nold-2 agent ill\n")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "there.told").exists()
