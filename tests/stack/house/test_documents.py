"""Paths of files that documents, docstrings and comments name are those of files that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Made by a build, a start or a run, or somebody's own.
MADE = {
    ".env",
    "users.env",
    "compose.override.yml",
    "out/call.json",
    "out/sbom.json",
    "manifest.json",
    "key.txt",
    "answers.md",
    "prometheus/edge/edge.yml",
}
EXAMPLE = "agents/acme/"
FOLDERS = ("agents", "asterisk", "bench", "docs", "grafana", "llm", "prometheus", "redis", "requirements")
FOLDERS += ("deploy", "edge", "sbom", "scripts", "services", "tests", "turn")
SUFFIXES = ("py", "sh", "md", "yml", "yaml", "toml", "json", "conf", "txt")
_PART = r"[\w.<>*-]+"
# Below a folder of the repository; a folder by its last slash; a file by its suffix.
_PATH = re.compile(
    rf"(?:{'|'.join(FOLDERS)})(?:/{_PART})*/?|(?:{_PART}/)+|(?:{_PART}/)*{_PART}\.(?:{'|'.join(SUFFIXES)})"
)
_QUOTED = re.compile(r"`([^`\n]+)`")
_MODULE = re.compile(r"(?<![\w./*<>$-])((?:[\w-]+/)*[\w-]+\.(?:py|sh))\b(?!\()")


def files() -> Iterator[Path]:
    """All files of the repository, relative to it; what is hidden or made stays out."""
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        hidden = any(part.startswith(".") or part in ("__pycache__", "out") for part in relative.parts[:-1])
        if not hidden and path.is_file():
            yield relative


ALL = list(files())
PAGES = [path for path in ALL if path.suffix == ".md" and (len(path.parts) == 1 or path.parts[0] == "docs")]
SOURCES = [
    path
    for path in ALL
    if path.suffix in (".py", ".sh", ".yml")
    and path.parts[0] in ("bench", "grafana", "sbom", "scripts", "services")
]
KNOWN = "\n".join(f"/{path}" for path in ALL) + "\n"


def exists(name: str) -> bool:
    """Whether a file or a folder has this path, or one that ends so; `<name>` and `*` stand for anything."""
    parts = re.split(r"<\w+>|\*", name.rstrip("/"))
    pattern = "[^/\n]*".join(re.escape(part) for part in parts)
    return name in MADE or name.startswith(EXAMPLE) or bool(re.search(rf"/{pattern}[/\n]", KNOWN))


def named_in_page(text: str) -> list[str]:
    """What stands in backticks and looks like a path of the repository, alone or as a word of a command."""
    words = [word.rstrip(",;:") for quoted in _QUOTED.findall(text) for word in quoted.split()]
    return [word for word in words if _PATH.fullmatch(word)]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_a_page_names_is_there(page: Path) -> None:
    missing = {name for name in named_in_page((ROOT / page).read_text()) if not exists(name)}
    assert missing == set()


def test_the_modules_that_sources_name_are_there() -> None:
    texts = {source: (ROOT / source).read_text() for source in SOURCES}
    missing = {
        (str(s), name) for s, text in texts.items() for name in _MODULE.findall(text) if not exists(name)
    }
    assert missing == set()


def test_what_is_not_there_is_found_out() -> None:
    text = "See `services/nowhere.py`, `nothing.py` and `scripts/up.sh --now` or `make up`: `agents/<name>/agent.yaml`."
    found = named_in_page(text)
    assert found == ["services/nowhere.py", "nothing.py", "scripts/up.sh", "agents/<name>/agent.yaml"]
    assert [name for name in found if not exists(name)] == ["services/nowhere.py", "nothing.py"]
    assert _MODULE.findall('"""See gone.py and bench/away.py."""') == ["gone.py", "bench/away.py"]
