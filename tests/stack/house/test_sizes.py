"""Rooms that one can find one's way in: no long module, no long function, no crowded folder."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODULE_LINES = 300
TEST_LINES = 400
FUNCTION_LINES = 40
MODULES = 16
"""Side by side in one folder, `__init__.py` among them."""


def files(*folders: str) -> dict[str, str]:
    """The texts of all Python modules and shell scripts, by their paths."""
    found = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".sh")
    ]
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted(found)}


CODE = files("services", "bench", "grafana", "sbom", "scripts", "deploy")
TESTS = files("tests")
# Every transition of the one table, and every case of a conversation, one after the other.
LONG_TESTS = {"tests/gateway/turns/test_table.py", "tests/gateway/conversation/test_conversation.py"}
# The wiring of the parts, in its order; the rounds of an answer with its functions.
LONG_FUNCTIONS = {
    ("services/agent/__main__.py", "main"),
    ("services/agent/reply.py", "_ask_llm"),
    ("services/gateway/calls/assembly.py", "assemble"),
}


def longer(texts: dict[str, str], lines: int) -> set[str]:
    return {path for path, text in texts.items() if len(text.splitlines()) > lines}


def long_functions(path: str, text: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield path, node.name


def test_no_module_is_long() -> None:
    assert longer(CODE, MODULE_LINES) == set()
    assert longer(TESTS, TEST_LINES) - LONG_TESTS == set()


def test_no_function_is_long() -> None:
    found = {
        long for path, text in CODE.items() if path.endswith(".py") for long in long_functions(path, text)
    }
    assert found - LONG_FUNCTIONS == set()


def test_no_folder_is_crowded() -> None:
    beside = Counter(str(Path(path).parent) for path in (*CODE, *TESTS))
    assert {folder: count for folder, count in beside.items() if count > MODULES} == {}
