"""Which records are asked for, and how that is said in SQL. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from records.insight.course import LOST, VOICE
from records.record import Record

Place = tuple[float, str]
"""Where a call stands among all: when it began, Unix time in seconds, and its id."""
WRITTEN = "written"
"""Stands for all channels by text."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are asked for; None and empty: all."""

    since: float | None = None
    """Begun at or after, Unix time in seconds."""
    until: float | None = None
    """Begun before."""
    agent: str = ""
    caller: str = ""
    outcome: str = ""
    """How it ended, or what became of it (insight/outcome.py)."""
    text: str = ""
    """Words that were all said in one line, by the caller or the agent; capitals and accents do not matter."""
    over: bool | None = True
    """Whether the call has ended."""
    tag: str = ""
    """What was found in it, see insight/tags.py."""
    category: str = ""
    """What it was about, one of its agent's categories."""
    but_caller: str = ""
    """Without those of this caller."""
    channel: str = ""
    """How it came: `voice`, `web`, `sip` or `sms`; `written`: any of the last three."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that was asked, and not surely answered."""

    count: int
    last_at: str
    """ISO 8601 in UTC."""
    question: str
    register: str
    """`likely`, `unsure`, `unknown`, or `refused` when the language model's answer was."""
    said: str
    """What was said the last time."""
    call: str
    """In which it was asked the last time."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, newest first."""

    records: list[tuple[Record, bool]]
    """Each with whether its call is over."""
    after: Place | None
    """Where the next page goes on; None: there is none."""


def conditions(query: Query) -> tuple[str, list[Any]]:
    """The condition on the table `calls`, and the values of its parameters."""
    asked: list[tuple[str, Any]] = [
        ("ended = ?", query.over),
        ("started_at >= ?", query.since),
        ("started_at < ?", query.until),
        ("agent = ?", query.agent or None),
        ("same_caller(caller, ?)", query.caller or None),
        ("caller <> ?", query.but_caller or None),
        (_OUTCOME, query.outcome or None),
        (_SAID, _phrases(query.text) if query.text else None),
        (_TAGGED, query.tag or None),
        (_ABOUT, query.category or None),
        (_WRITTEN if query.channel == WRITTEN else _CAME_BY, query.channel or None),
    ]
    chosen = [(text, value) for text, value in asked if value is not None]
    return " AND ".join([text for text, _ in chosen] or ["true"]), [value for _, value in chosen]


_OUTCOME = f"""ended AND ? IN (
    coalesce((SELECT json_extract(data, '$.outcome') FROM events
     WHERE events.call = calls.call AND kind = 'call_ended' ORDER BY ms DESC, seq DESC LIMIT 1), '{LOST}'),
    (SELECT outcome FROM insights WHERE insights.call = calls.call))"""
_TAGGED = """call IN (SELECT insights.call FROM insights, json_each(insights.data, '$.tags') AS tag
    WHERE tag.value = ?)"""
_ABOUT = "call IN (SELECT insights.call FROM insights WHERE json_extract(data, '$.category') = ?)"
_CHANNEL = f"""coalesce((SELECT json_extract(data, '$.channel') FROM events WHERE events.call = calls.call
    AND kind IN ('call_started', 'call_ended') ORDER BY ms, seq LIMIT 1), '{VOICE}')"""
_CAME_BY = f"{_CHANNEL} = ?"
_WRITTEN = f"{_CHANNEL} <> '{VOICE}' AND ? <> ''"
_SAID = "call IN (SELECT said.call FROM words JOIN said ON said.id = words.rowid WHERE words MATCH ?)"


def _phrases(text: str) -> str:
    """A text's words in the language of FTS5, none of them an operator of it; what has no words finds nothing."""
    return " ".join(f'"{word}"' for word in _WORD.findall(text)) or '""'
