"""What stands before services on Swarm, and what `make swarm` makes of Swarm's answers."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.stack.scripts.run import ROOT, run

INSIDE = ROOT / "scripts" / "inside"


def test_settings_of_the_file_are_given_as_they_stand(tmp_path: Path) -> None:
    value = "a b\"c'd=$HOME\\n`x`"
    (tmp_path / "settings").write_text(f"REDIS_URL={value}\nOTHER=1\n")
    done = run(
        f"{INSIDE}/with-settings",
        *("sh", "-c", 'printf "%s|%s|%s" "$REDIS_URL" "$OTHER" "$1"', "-", "a word"),
        SETTINGS_FILE=str(tmp_path / "settings"),
    )
    assert done.stdout == f"{value}|1|a word"


def test_without_the_file_nothing_starts(tmp_path: Path) -> None:
    done = run(f"{INSIDE}/with-settings", "echo", "started", SETTINGS_FILE=str(tmp_path / "none"))
    assert done.returncode != 0
    assert done.stdout == ""


def test_who_was_ready_once_is_alive(tmp_path: Path) -> None:
    mark = str(tmp_path / "mark")
    answers = [
        run(f"{INSIDE}/alive", command, ALIVE_MARK=mark).returncode for command in ("false", "true", "false")
    ]
    assert answers == [1, 0, 0]


# Stands for Asterisk, which ends when it is told by its console, and for that console.
FAKE = """#!/bin/bash
if [[ ${1:-} == -rx ]]; then
    [[ $2 == "core stop gracefully" && -z ${DEAF:-} ]] && touch "$FOLDER/told"
    exit
fi
touch "$FOLDER/up"
until [[ -e $FOLDER/told ]]; do sleep 0.05; done
exit 3
"""


@pytest.mark.parametrize(("deaf", "status"), [("", 3), ("yes", 128 + signal.SIGTERM)])
def test_asterisk_ends_as_it_is_told_or_else_at_once(tmp_path: Path, deaf: str, status: int) -> None:
    (tmp_path / "asterisk").write_text(FAKE)
    (tmp_path / "asterisk").chmod(0o755)
    surroundings = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "FOLDER": str(tmp_path), "DEAF": deaf}
    with subprocess.Popen([f"{INSIDE}/gracefully", "asterisk"], env=surroundings) as running:
        while not (tmp_path / "up").exists():
            time.sleep(0.02)
        assert running.poll() is None
        running.terminate()
        assert running.wait(20) == status
    assert (tmp_path / "told").exists() is not deaf


def of_swarm(command: str, tmp_path: Path, **answers: str) -> str:
    """What a function of scripts/lib/swarm.sh says when docker answers so."""
    for name, answer in answers.items():
        (tmp_path / name.replace("_", "-")).write_text(answer)
    return run(
        "bash",
        "-c",
        f"source scripts/lib/common.sh; source scripts/lib/swarm.sh; {command}",
        PATH=f"{ROOT}/tests/fakes:{os.environ['PATH']}",
        FAKE_DOCKER=str(tmp_path),
        PROJECT="parley-b",
    ).stdout


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("parley-b_redis 1/1\nparley-b_stt 2/2\n", ""),
        ("parley-b_redis 1/1\nparley-b_stt 9/10\nparley-b_agent 0/2\n", "stt 9/10, agent 0/2"),
        ("parley-b_models 0/1 (0/1 completed)\n", "models 0/1"),
        ("parley-b_models 0/2 (2/2 completed)\n", ""),
    ],
)
def test_it_is_waited_for_what_is_not_there(answer: str, expected: str, tmp_path: Path) -> None:
    assert of_swarm("waiting_for", tmp_path, stack_services=answer) == expected


def test_what_was_taken_back_is_told_from_what_is_there(tmp_path: Path) -> None:
    inspected = (
        "parley-b_redis \nparley-b_gateway rollback_completed\nparley-b_stt completed\nparley-b_api paused\n"
    )
    answers = {"stack_services": "1\n2\n3\n4\n", "service_inspect": inspected}
    assert of_swarm("replaced rollback_completed paused", tmp_path, **answers) == "gateway, api"
    assert of_swarm("replaced updating", tmp_path, **answers) == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("up",), "this machine is no manager of a swarm"),
        (("carry",), "to which machines?"),
        (("exec", "gateway"), "what is to be run, and where?"),
        ((), "usage: swarm.sh"),
    ],
)
def test_what_is_missing_is_said(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    env_file = tmp_path / "env"
    assert run("scripts/setup/env.sh", "create", str(env_file)).returncode == 0
    done = run("scripts/setup/swarm.sh", *arguments, ENV_FILE=str(env_file), DOCKER_HOST="unix:///nowhere")
    assert done.returncode == 1
    assert said in done.stderr


def test_without_settings_nothing_is_deployed(tmp_path: Path) -> None:
    done = run("scripts/setup/swarm.sh", "up", ENV_FILE=str(tmp_path / "none"))
    assert "there is no" in done.stderr
    assert done.returncode == 1
