"""The tables of tests/data/languages: what callers say, and what is to be understood; one for every language."""

from pathlib import Path
from typing import Any

import yaml

from parley import languages

TABLES = Path(__file__).parents[2] / "data" / "languages"
FIRST = "de"
"""Every other table has what this one has."""


def table(code: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((TABLES / f"{code}.yaml").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[tuple[str, str]]:
    """The texts under a name, with their languages."""
    found = [(path.stem, table(path.stem).get(name, [])) for path in sorted(TABLES.glob("??.yaml"))]
    return [(code, text) for code, texts in found for text in texts]


def pairs(name: str) -> list[tuple[str, str, str]]:
    """The texts under a name that stand by keys."""
    return [(code, key, value) for code in languages.codes() for key, value in table(code)[name].items()]
