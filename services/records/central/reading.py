"""Records of all cells, read. Blocking."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import msgspec
import psycopg

from parley.telephone import numbers
from records.central import live, tables
from records.central.row import caller_end, plain, words
from records.insight.course import VOICE
from records.query import WRITTEN, Query
from records.record import Record

Place = tuple[float, str, str]
"""Where a call stands among all: when it began, Unix time in seconds, its id, and its cell."""


@dataclass(frozen=True, slots=True)
class Known:
    """A cell that has copied something, or was ready to."""

    name: str
    console: str
    """Where browsers find its console; empty: that is not known."""
    seen_at: datetime
    """When it was last copied: what happened there since is not known here."""


@dataclass(frozen=True, slots=True)
class Found:
    """Some records of calls that are over, newest first."""

    records: list[tuple[str, Record]]
    """Each with the name of its cell."""
    after: Place | None
    """Where the next page goes on; None: there is none."""


class Central:
    """The database of all cells, opened for a few questions."""

    def __init__(self, db: psycopg.Connection) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def opened(cls, url: str) -> Iterator[Self]:
        """Open it; raise psycopg.Error."""
        with tables.connected(url, "parley api") as db:
            yield cls(db)

    def cells(self) -> list[Known]:
        """All cells, by their names."""
        rows = self._db.execute("SELECT cell, console, seen_at FROM parley.cells ORDER BY cell")
        return [Known(*row) for row in rows]

    def going_on(self) -> list[live.Seen]:
        """What each cell has said last of what goes on there."""
        return live.told(self._db)

    def page(self, query: Query, cell: str, count: int, after: Place | None = None) -> Found:
        """The newest records of a cell, or of all where none is named; or those that follow a place among them."""
        if query.over is False:
            return Found([], None)  # calls that go on are known in their cell alone
        asked = list(self._conditions(query, cell))
        if after is not None:
            asked.append(("(started_at, call, cell) < (%s, %s, %s)", list(after)))
        where = " AND ".join(["true", *(text for text, _ in asked)])
        rows = self._db.execute(
            f"SELECT started_at, call, cell, record::text FROM parley.calls WHERE {where}"
            " ORDER BY started_at DESC, call DESC, cell DESC LIMIT %s",
            [*(value for _, values in asked for value in values), count + 1],
        ).fetchall()
        last = rows[count - 1] if len(rows) > count else None
        return Found(
            [(cell, _record(text)) for _, _, cell, text in rows[:count]],
            (last[0], last[1], last[2]) if last else None,
        )

    def record(self, cell: str, call: str) -> Record | None:
        """A call that is over; None when none is kept."""
        found = self._db.execute(
            "SELECT record::text FROM parley.calls WHERE cell = %s AND call = %s", (cell, call)
        ).fetchone()
        return _record(found[0]) if found else None

    def cells_of(self, caller: str) -> list[str]:
        """Cells that have calls of a caller, by their names."""
        rows = self._db.execute(
            "SELECT DISTINCT cell FROM parley.calls WHERE caller = ANY(%s) ORDER BY cell",
            (self._written_as(plain(caller)),),
        )
        return [cell for (cell,) in rows]

    def _conditions(self, query: Query, cell: str) -> Iterator[tuple[str, list[Any]]]:
        written = query.channel == WRITTEN
        equal = {
            "cell = %s": cell,
            "agent = %s": query.agent,
            "caller <> %s": query.but_caller,
            "%s = ANY(outcomes)": query.outcome,
            "%s = ANY(tags)": query.tag,
            "category = %s": query.category,
            "channel <> %s" if written else "channel = %s": VOICE if written else query.channel,
        }
        for text, value in equal.items():
            if value:
                yield text, [plain(value)]
        if query.since is not None:
            yield "started_at >= %s", [query.since]
        if query.until is not None:
            yield "started_at < %s", [query.until]
        if query.caller:
            yield "caller = ANY(%s)", [self._written_as(plain(query.caller))]
        if query.text:
            yield (
                "(cell, call) IN (SELECT cell, call FROM parley.lines WHERE words @> %s)",
                [_said(query.text)],
            )

    def _written_as(self, caller: str) -> list[str]:
        """How a caller's number is written in calls."""
        if caller == numbers.ANONYMOUS:
            return ["", numbers.ANONYMOUS]
        rows = self._db.execute(
            "SELECT DISTINCT caller FROM parley.calls WHERE caller_end = %s", (caller_end(caller),)
        )
        return [known for (known,) in rows if numbers.same(known, caller)]


def _said(text: str) -> list[str]:
    """Words that a line has to have; what has no words finds nothing."""
    return words(text) or [""]


def _record(text: str) -> Record:
    return msgspec.json.decode(text, type=Record)
