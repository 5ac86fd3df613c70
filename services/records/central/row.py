"""A record as it stands in the database of all cells: its text, and what calls are looked for by. Pure."""

import re
import unicodedata
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from parley.telephone import numbers
from records.record import Record

_WORD = re.compile(r"\w+")
_END = 6
"""Digits that a number has at its end however it is written."""


class Row(NamedTuple):
    """A row of the table `calls`, its columns in their order (tables.py)."""

    cell: str
    call: str
    started_at: float
    agent: str
    caller: str
    caller_end: str
    channel: str
    outcomes: list[str]
    """How it ended, and what became of it."""
    category: str
    tags: list[str]
    record: str


def row(cell: str, record: Record) -> Row:
    """That of a call of a cell."""
    insight = record.insight
    found: dict[str, Any] = {
        "outcomes": [record.outcome, *([insight.outcome] if insight else [])],
        "category": insight.category if insight else "",
        "tags": insight.tags if insight else [],
    }
    return Row(
        cell=cell,
        call=plain(record.call),
        started_at=datetime.fromisoformat(record.started_at).timestamp(),
        agent=plain(record.agent),
        caller=plain(record.caller),
        caller_end=caller_end(plain(record.caller)),
        channel=plain(record.channel),
        outcomes=[plain(text) for text in found["outcomes"]],
        category=plain(found["category"]),
        tags=[plain(text) for text in found["tags"]],
        record=msgspec.json.encode(record).decode(),
    )


def lines(record: Record) -> list[list[str]]:
    """The words of each line that has some."""
    return [found for line in record.turns if (found := words(line.text))]


def words(text: str) -> list[str]:
    """The words of a text, each once; capitals and accents do not matter."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return sorted(set(_WORD.findall(bare.casefold())))


def caller_end(caller: str) -> str:
    """What all texts have in common that may be this caller's (numbers.same), and few others."""
    return numbers.plain(caller)[-_END:].lstrip("+") or caller


def plain(text: str) -> str:
    """Without NUL, which PostgreSQL has in no text."""
    return text.replace("\0", "")
