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


def test_a_quote_in_a_value_ends_no_word_of_the_shell(tmp_path: Path) -> None:
    for target, name in (
        ("forget", "CALLER"),
        ("kb", "Q"),
        ("agent", "NAME"),
        ("logs", "CALL"),
        ("trace", "CALL"),
    ):
        shown = run("make", "--dry-run", target, f'{name}=x"; touch spoilt; "').stdout
        assert "spoilt" not in shown
        assert f"${name}" in shown or f"${{{name}" in shown
