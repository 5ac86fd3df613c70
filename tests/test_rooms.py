"""The rooms of the house: imports run one way (the contracts in pyproject.toml), and each says what it is for."""

import ast
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = sorted({path.parent for house in ("services", "bench") for path in (ROOT / house).rglob("*.py")})


def test_imports_run_one_way() -> None:
    found = subprocess.run(
        ["lint-imports", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "services:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_package_has_a_place_in_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    assert set(contracts["root_packages"]) == packages | {"bench"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_what_lives_there(room: Path) -> None:
    assert ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
