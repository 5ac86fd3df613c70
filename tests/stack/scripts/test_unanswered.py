"""The health check of what is not written in Python: it ends what does not answer, and nothing else."""

from pathlib import Path

import pytest

from tests.stack.scripts.run import run

HANGS = ("sleep", "30")


def probe(folder: Path, limit: int, *command: str) -> int:
    """Ask once; the kill itself is the container's matter, where what is asked is a child of PID 1."""
    done = run("scripts/inside/unanswered", str(limit), "0.2", *command, HEALTH_COUNT=str(folder / "count"))
    return done.returncode


@pytest.mark.parametrize(("command", "status"), [("true", 0), ("false", 1)])
def test_an_answer_is_the_health_and_counts_nothing(tmp_path: Path, command: str, status: int) -> None:
    assert probe(tmp_path, 5, command) == status
    assert not (tmp_path / "count").exists()


def test_probes_without_an_answer_are_counted_until_there_is_one(tmp_path: Path) -> None:
    for number in ("1", "2"):
        assert probe(tmp_path, 5, *HANGS) == 1
        assert (tmp_path / "count").read_text().strip() == number
    assert probe(tmp_path, 5, "true") == 0
    assert not (tmp_path / "count").exists()
