"""What is there of Docker, and who may install it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack.scripts.run import run

UNPRIVILEGED = 10001


def test_nothing_is_done_where_all_is_there(docker: Callable[[str, str], dict[str, str]]) -> None:
    docker("info", "fine\n")
    done = run("scripts/setup/install-docker.sh", **docker("compose", "2.26.1\n"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_only_root_installs(docker: Callable[[str, str], dict[str, str]], tmp_path: Path) -> None:
    # All of pytest's own: how many there are depends on whether tests run side by side.
    for folder in (tmp_path, *(parent for parent in tmp_path.parents if "pytest-of-" in str(parent))):
        folder.chmod(0o755)
    environ = docker("compose", "1.29.2\n")
    done = run(
        "scripts/setup/install-docker.sh",
        user=UNPRIVILEGED,
        **environ,
        DOCKER_SOCKET=str(tmp_path / "none"),
    )
    assert done.returncode == 1
    assert "lacks a running Docker engine, Docker Compose 2.24 or newer" in done.stderr
    assert "sudo scripts/setup/install-docker.sh" in done.stderr


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("2.24.0", True),
        ("v2.26.1-4", True),
        ("5.0.1", True),
        ("2.23.9", False),
        ("1.29.2", False),
        ("", False),
    ],
)
def test_versions(docker: Callable[[str, str], dict[str, str]], version: str, enough: bool) -> None:
    docker("info", "fine\n")
    done = run("scripts/setup/install-docker.sh", "ask", **docker("compose", f"{version}\n"))
    assert (done.returncode == 0) == enough
