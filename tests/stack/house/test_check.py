"""Lint, format, types and shell: what `make check` runs, so that `make test` is all there is to run."""

import subprocess

import pytest


@pytest.mark.parametrize("name", ["ruff", "format", "types", "shell"])
def test_check(name: str) -> None:
    done = subprocess.run(["scripts/inside/lint.sh", name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"scripts/inside/lint.sh {name}\n{done.stdout}{done.stderr}"
