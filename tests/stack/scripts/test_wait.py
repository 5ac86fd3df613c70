"""Waiting until every service is healthy."""

from collections.abc import Callable

import pytest

from tests.stack.scripts.run import Run, run

SCRIPT = "source scripts/lib/common.sh; source scripts/lib/wait.sh; wait_until_healthy"


def wait(docker: Callable[[str, str], dict[str, str]], states: str, before: str = "") -> Run:
    """Wait where the containers are in these states; `before`: what they were in when the waiting began."""
    docker("ps", "0123\n")
    if before:
        docker("inspect", before)
        return run("bash", "-c", SCRIPT, WAIT_S="1", **docker("inspect-then", states))
    docker("logs", "Traceback: it broke\n")
    return run("bash", "-c", SCRIPT, WAIT_S="1", **docker("inspect", states))


def test_all_healthy(docker: Callable[[str, str], dict[str, str]]) -> None:
    done = wait(
        docker,
        "/parley-models-1 exited 0 - 0\n/parley-stt-1 running 0 healthy 0\n/parley-llm-1 running 0 healthy 1\n",
    )
    assert done.returncode == 0, done.stderr
    assert "every service is healthy" in done.stdout


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("/parley-stt-1 exited 2 starting 0", "failed"),
        ("/parley-models-1 exited 1 - 0", "failed"),
        ("/parley-stt-1 running 0 unhealthy 0", "unhealthy"),
    ],
)
def test_a_failure_is_named_with_its_last_words(
    docker: Callable[[str, str], dict[str, str]], state: str, verdict: str
) -> None:
    done = wait(docker, f"{state}\n")
    assert done.returncode == 1
    assert f"-1 is {verdict}. Its last words:" in done.stderr
    assert "    Traceback: it broke" in done.stderr


def test_what_is_started_anew_again_and_again_has_failed(
    docker: Callable[[str, str], dict[str, str]],
) -> None:
    done = wait(docker, "/parley-stt-1 restarting 1 unhealthy 7\n", "/parley-stt-1 running 0 starting 5\n")
    assert done.returncode == 1
    assert "stt-1 is failed. Its last words:" in done.stderr


def test_what_was_started_anew_on_earlier_days_and_is_healthy_has_not_failed(
    docker: Callable[[str, str], dict[str, str]],
) -> None:
    done = wait(docker, "/parley-stt-1 running 0 healthy 5\n")
    assert done.returncode == 0, done.stderr


def test_a_restart_is_waited_for_however_many_there_were_before(
    docker: Callable[[str, str], dict[str, str]],
) -> None:
    done = wait(docker, "/parley-stt-1 running 0 starting 6\n", "/parley-stt-1 running 0 healthy 5\n")
    assert "stt-1 (starting)" in done.stderr
    assert "failed" not in done.stderr


def test_what_takes_too_long_is_named(docker: Callable[[str, str], dict[str, str]]) -> None:
    done = wait(docker, "/parley-llm-1 running 0 starting 0\n")
    assert done.returncode == 1
    assert "waiting for llm-1 (starting)" in done.stdout
    assert "llm-1 (starting)" in done.stderr
