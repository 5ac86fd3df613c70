import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack.scripts.run import ROOT, run


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / "env"
    done = run("scripts/setup/env.sh", "create", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def docker(tmp_path: Path) -> Callable[[str, str], dict[str, str]]:
    """A function that gives the fake docker an answer, and returns the environment in which it is found."""
    answers = tmp_path / "docker"
    answers.mkdir()
    (answers / "bin").mkdir()
    shutil.copy(ROOT / "tests/fakes/docker", answers / "bin/docker")
    answers.chmod(0o755)

    def answer(command: str, text: str) -> dict[str, str]:
        (answers / command).write_text(text)
        return {"FAKE_DOCKER": str(answers), "PATH": f"{answers / 'bin'}:{os.environ['PATH']}"}

    return answer
