"""A record as it stands in the database of all cells: its text, and what calls are looked for by. Pure."""

import re
from datetime import datetime
from typing import NamedTuple

import msgspec

from parley.languages.said import without_accents
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
    outcomes = [record.outcome, insight.outcome] if insight else [record.outcome]
    return Row(
        cell=cell,
        call=plain(record.call),
        started_at=datetime.fromisoformat(record.started_at).timestamp(),
        agent=plain(record.agent),
        caller=plain(record.caller),
        caller_end=caller_end(plain(record.caller)),
        channel=plain(record.channel),
        outcomes=[plain(text) for text in outcomes],
        category=plain(insight.category) if insight else "",
        tags=[plain(text) for text in insight.tags] if insight else [],
        record=msgspec.json.encode(record).decode(),
    )


def lines(record: Record) -> list[list[str]]:
    """The words of each line that has some."""
    return [found for line in record.turns if (found := words(line.text))]


def words(text: str) -> list[str]:
    """The words of a text, each once; capitals and accents do not matter."""
    return sorted(set(_WORD.findall(without_accents(text, "NFKD").casefold())))


def caller_end(caller: str) -> str:
    """What all texts have in common that may be this caller's (numbers.same), and few others."""
    return numbers.plain(caller)[-_END:].lstrip("+") or caller


def plain(text: str) -> str:
    """Without NUL, which PostgreSQL has in no text."""
    return text.replace("\0", "")
