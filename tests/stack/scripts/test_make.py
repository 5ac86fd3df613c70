"""The Makefile: it names every target, and its recipes only call scripts."""

import re
from pathlib import Path

import pytest

from tests.stack.scripts.run import ROOT, run


def test_help_is_the_default_and_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"(?m)^\.PHONY: (.*)$", makefile)
    assert targets
    done = run("make")
    listed = re.findall(r"(?m)^  make ([\w-]+) +\S", done.stdout)
    assert sorted(listed) == sorted(targets[1].split())


def test_recipes_have_no_logic() -> None:
    recipes = re.findall(r"(?m)^\t(.*)$", (ROOT / "Makefile").read_text())
    calls = [recipe for recipe in recipes if not recipe.startswith("@awk")]
    assert all(re.fullmatch(r"@(\w+=\S+ )*scripts/(setup/)?[\w-]+\.sh[^;&|]*", recipe) for recipe in calls)


@pytest.mark.parametrize("target", ["call", "models"])
def test_what_needs_a_running_stack_says_so(target: str, tmp_path: Path) -> None:
    done = run("make", target, PROJECT="parley-nowhere", ENV_FILE=str(tmp_path / "none"))
    assert done.returncode == 2
    assert "make up" in done.stderr


NASTY = """x'"; touch spoilt; `touch spoilt` $(touch spoilt) $(shell touch spoilt) * \\"""


def test_no_value_is_anything_to_make_or_to_the_shell(tmp_path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    (tmp_path / "Makefile").write_text(makefile)
    called = set(re.findall(r"scripts/[\w/-]+\.sh", makefile))
    for script in called:
        (tmp_path / script).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / script).write_text("#!/bin/sh\nenv\n")
        (tmp_path / script).chmod(0o755)
    recipes = re.findall(r"(?m)^([\w-]+):.*\n\t(.*)$", makefile)
    used = {
        target: set(re.findall(r"\$[${(]+(?:if |filter )*\{?([A-Z_]+)", recipe))
        for target, recipe in recipes
        if target != "help"
    }
    assert {"CALLER", "Q", "NAME", "CALL", "SCRIPT", "ARGS", "ON", "CALLS"} <= set().union(*used.values())
    for target, names in used.items():
        for name in names if target != "up" else {"HOST_NETWORK", "GPU"}:
            shown = run("make", "-C", str(tmp_path), target, f"{name}={NASTY}").stdout
            assert f"{name}={NASTY}\n" in shown, f"{target} {name}"
            assert not list(tmp_path.glob("**/spoilt")), f"{target} {name}"
