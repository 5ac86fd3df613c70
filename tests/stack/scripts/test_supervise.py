"""What keeps Asterisk running within its container, with a command that is none."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

SUPERVISE = Path(__file__).parents[3] / "asterisk" / "supervise"
LONGEST_S = 20.0


def begun(program: str, folder: Path) -> subprocess.Popen[str]:
    """Supervise a shell program, which notes each of its beginnings in `begun`."""
    command = [str(SUPERVISE), "bash", "-c", f"echo $$ >>begun; {program}"]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def lives(folder: Path, count: int) -> list[int]:
    """The process ids of as many lives, once there are so many."""
    until = time.monotonic() + LONGEST_S
    while True:
        told = (folder / "begun").read_text().split() if (folder / "begun").exists() else []
        if len(told) >= count:
            return [int(pid) for pid in told]
        assert time.monotonic() < until, told
        time.sleep(0.02)


def test_what_is_killed_starts_anew_and_what_it_had_started_is_gone(tmp_path: Path) -> None:
    supervise = begun("sleep 300 & echo $! >>helper; wait", tmp_path)
    (first,) = lives(tmp_path, 1)
    os.kill(first, signal.SIGKILL)
    assert len(lives(tmp_path, 2)) == 2
    helper = int((tmp_path / "helper").read_text().split()[0])
    state = Path(f"/proc/{helper}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
    supervise.terminate()
    assert supervise.wait(LONGEST_S) == 128 + signal.SIGTERM
    assert supervise.stderr is not None
    assert "bash was ended by signal 9: it starts anew\n" in supervise.stderr.read()


def test_who_is_told_to_stop_has_the_time_that_it_takes(tmp_path: Path) -> None:
    supervise = begun("trap 'sleep 1; echo over >over; exit 5' TERM; sleep 300 & wait", tmp_path)
    lives(tmp_path, 1)
    time.sleep(0.2)  # until its trap is set
    supervise.terminate()
    assert supervise.wait(LONGEST_S) == 5
    assert (tmp_path / "over").exists()
    assert len(lives(tmp_path, 1)) == 1


@pytest.mark.parametrize("status", [0, 78])
def test_what_ends_by_itself_ends_it_with_its_status(tmp_path: Path, status: int) -> None:
    assert begun(f"exit {status}", tmp_path).wait(LONGEST_S) == status
    assert len(lives(tmp_path, 1)) == 1


def test_what_is_killed_again_and_again_is_left_to_the_engine(tmp_path: Path) -> None:
    assert begun("kill -SEGV $$", tmp_path).wait(LONGEST_S) == 128 + signal.SIGSEGV
    assert len(lives(tmp_path, 3)) == 3
