"""scripts/doctor.sh: what the host tells is what the doctor reads."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from doctor.probes.facts import Container, parse

ROOT = Path(__file__).parents[3]
Facts = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def doctor(tmp_path: Path) -> Facts:
    """`doctor("facts", **answers)`: the script with a docker that gives these answers."""

    def run(
        *arguments: str, environ: Mapping[str, str] = MappingProxyType({}), **answers: str
    ) -> subprocess.CompletedProcess[str]:
        (tmp_path / "bin").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests/fakes/docker", tmp_path / "bin/docker")
        for command, text in answers.items():
            (tmp_path / command).write_text(text)
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        surroundings = {"PATH": path, "FAKE_DOCKER": str(tmp_path), **environ}
        command = ["scripts/doctor.sh", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, timeout=30
        )

    return run


def test_the_doctor_reads_what_the_script_writes(doctor: Facts) -> None:
    done = doctor(
        "facts",
        version="27.5.1\n",
        compose="2.30.0\n",
        info=f"{ROOT}\n",
        ps="c1\n",
        inspect="/parley-stt-1 running 0 healthy 0\n",
        logs='{"level":"info","event":"fine"}\n{"level":"error","event":"the call\tbroke"}\nERROR[1] in Asterisk\n',
    )
    assert done.returncode == 0, done.stderr
    facts = parse(done.stdout.splitlines())
    assert (facts.engine, facts.compose, facts.folder) == ("27.5.1", "2.30.0", str(ROOT))
    assert facts.free_kb is not None
    assert facts.free_kb > 0
    assert facts.containers == (Container("stt-1", "stt", "healthy"),)
    assert facts.dashboards == len(list((ROOT / "grafana/dashboards").glob("*.json")))
    assert [line for _, line in facts.errors] == [
        '{"level":"error","event":"the call broke"}',
        "ERROR[1] in Asterisk",
    ]


def test_a_short_password_of_the_trunk_is_told_and_not_shown(doctor: Facts) -> None:
    answers = {"info": f"{ROOT}\n", "ps": "c1\n", "inspect": "/parley-stt-1 running 0 healthy 0\n"}
    assert parse(doctor("facts", **answers).stdout.splitlines()).weak == ()
    done = doctor("facts", environ={"TRUNK_PASSWORD": "too-short"}, **answers)
    assert parse(done.stdout.splitlines()).weak == ("TRUNK_PASSWORD",)
    assert "too-short" not in done.stdout


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [({}, "error: Docker does not answer"), ({"info": "x\n", "ps": ""}, "error: the stack is not running")],
)
def test_what_cannot_be_looked_at_has_a_status_of_its_own(
    doctor: Facts, answers: dict[str, str], complaint: str
) -> None:
    done = doctor(**answers)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
