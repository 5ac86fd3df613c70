"""Calls and their events in SQLite. Blocking; one thread at a time per store, any number of processes.

An event is known by its entry's id in the stream and a call by its own id, so that taking one in twice changes nothing.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from parley.disk import durable
from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.usage.tally import EVENT
from records import schema
from records.cost.ledger import Ledger
from records.insight.insight import Insight
from records.kept.corrections import Corrections
from records.kept.outbox import Outbox
from records.kept.topics import Kind, Topics
from records.query import OpenQuestion, Page, Place, Query, conditions
from records.record import Record, assemble, iso

_FILE = "records.sqlite"


class Store:
    """The database in a folder."""

    def __init__(self, folder: Path) -> None:
        self._db = durable.opened(folder / _FILE)
        schema.prepare(self._db)
        self._begin()

    @classmethod
    def reading(cls, folder: Path) -> Self:
        """The database as it is, for who only reads it; sqlite3.Error when there is none yet."""
        store = cls.__new__(cls)
        store._db = durable.reading(folder / _FILE)
        store._begin()
        return store

    def _begin(self) -> None:
        self.ledger = Ledger(self._db)
        """What engines did for calls."""
        self.topics = Topics(self._db)
        """What calls have in common."""
        self.corrections = Corrections(self._db)
        """What was really said in them."""
        self.outbox = Outbox(self._db)
        """What is still to be copied elsewhere."""

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def add(self, logged: Iterable[LoggedEvent]) -> list[tuple[str, str]]:
        """Take events in, durably; return agent and outcome of every call that has ended with them."""
        ended = []
        with durable.transaction(self._db):
            for item in logged:
                if (
                    item.event is not None
                    and item.event.kind != EVENT
                    and self._add(item.entry_id, item.event)
                ):
                    event = item.event
                    ended.append((str(event.data.get("agent", "")), str(event.data.get("outcome", ""))))
        return ended

    def _add(self, entry_id: str, event: Event) -> bool:
        """Whether the event is new and ends its call."""
        if self._db.execute("SELECT 1 FROM forgotten WHERE call = ?", (event.call,)).fetchone():
            return False
        milliseconds, _, number = entry_id.partition("-")
        self._db.execute(
            "INSERT INTO calls (call, agent, started_at, last_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at)",
            (event.call, str(event.data.get("agent", "")), event.at, event.at),
        )
        row = (
            event.call,
            int(milliseconds),
            int(number),
            event.at,
            event.kind,
            msgspec.json.encode(event.data).decode(),
        )
        new = self._db.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)", row).rowcount
        self._note(event)
        if new and event.kind in schema.SAID and (text := event.data.get("text")):
            self._db.execute("INSERT INTO said (call, text) VALUES (?, ?)", (event.call, str(text)))
        return bool(new) and event.kind == "call_ended"

    def _note(self, event: Event) -> None:
        """Keep what calls are looked for by."""
        if caller := event.data.get("caller"):
            self._db.execute("UPDATE calls SET caller = ? WHERE call = ?", (str(caller), event.call))
        if file := event.data.get("file"):
            self._db.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (event.call, str(file)))
        if event.kind == "call_ended":
            self._db.execute("UPDATE calls SET ended = 1 WHERE call = ?", (event.call,))

    def end_silent(self, before: float) -> int:
        """End calls that nothing was heard of since `before` (Unix time): their gateway died. Return how many."""
        with durable.transaction(self._db):
            return self._db.execute(
                "UPDATE calls SET ended = 1 WHERE NOT ended AND last_at < ?", (before,)
            ).rowcount

    def records(self, query: Query) -> Iterator[Record]:
        """Records of calls that are over, oldest first."""
        where, values = conditions(query)
        calls = self._db.execute(
            f"SELECT call FROM calls WHERE {where} ORDER BY started_at", values
        ).fetchall()
        for (call,) in calls:
            if record := self.record(call):  # else it was deleted meanwhile
                yield record

    def page(self, query: Query, count: int, after: Place | None = None) -> Page:
        """The newest records, or those that follow a place among them; of calls that go on, what is known so far."""
        where, values = conditions(query)
        if after is not None:
            where, values = f"{where} AND (started_at, call) < (?, ?)", [*values, *after]
        rows = self._db.execute(
            f"SELECT started_at, call, ended FROM calls WHERE {where} ORDER BY started_at DESC, call DESC LIMIT ?",
            [*values, count + 1],
        ).fetchall()
        found = [(self.record(call), bool(over)) for _, call, over in rows[:count]]
        return Page(
            [(record, over) for record, over in found if record],
            (rows[count - 1][0], rows[count - 1][1]) if len(rows) > count else None,
        )

    def record(self, call: str) -> Record | None:
        """What is known of a call, also of one that goes on; None when it is not kept."""
        events = self.events(call)
        if not events:
            return None
        record = assemble(call, events, self._insight(call), self.corrections.of(call))
        record.usage, record.cost = self.ledger.used(call), self.ledger.cost(call)
        if record.recording is not None and not self.has_file(record.recording):
            record.recording = None
        return record

    def events(self, call: str) -> list[Event]:
        """Everything that happened in a call, as it was told; none when it is not kept."""
        rows = self._db.execute(
            "SELECT at, kind, data FROM events WHERE call = ? ORDER BY ms, seq", (call,)
        ).fetchall()
        return [Event(call=call, at=at, kind=kind, data=msgspec.json.decode(data)) for at, kind, data in rows]

    def _insight(self, call: str) -> Insight | None:
        found = self._db.execute("SELECT data FROM insights WHERE call = ?", (call,)).fetchone()
        return msgspec.json.decode(found[0], type=Insight) if found else None

    def to_analyse(self, before: float, count: int) -> list[str]:
        """Calls that are over since before that time (Unix time) and were not analysed, the oldest first."""
        found = self._db.execute(
            "SELECT call FROM calls WHERE ended AND NOT analysed AND last_at < ? ORDER BY last_at LIMIT ?",
            (before, count),
        )
        return [call for (call,) in found]

    def analysed(self, call: str, insight: Insight | None, *, unread: bool = False) -> bool:
        """Keep what was made of a call, if something was; it is not analysed again. False: it is kept no more.

        `unread`: an agent worker is to read it.
        """
        with durable.transaction(self._db):
            done = self._db.execute("UPDATE calls SET analysed = 1 WHERE call = ?", (call,)).rowcount
            if done and insight is not None:
                data = msgspec.json.encode(insight).decode()
                self._db.execute(
                    "INSERT OR REPLACE INTO insights VALUES (?, ?, ?, ?)",
                    (call, insight.outcome, unread, data),
                )
        return bool(done)

    def unread(self, count: int) -> list[tuple[str, float, Insight]]:
        """Calls that an agent worker is to read, the oldest first: with the time of their last event (Unix time)."""
        found = self._db.execute(
            "SELECT call, last_at, data FROM insights JOIN calls USING (call) WHERE unread ORDER BY last_at LIMIT ?",
            (count,),
        ).fetchall()
        return [(call, at, msgspec.json.decode(data, type=Insight)) for call, at, data in found]

    def was_read(self, call: str, insight: Insight, kind: Kind, wishes: Sequence[int] = ()) -> None:
        """Keep what was read in a call, or that it was not; nobody reads it again.

        `wishes`: places of the caller's lines that are about no topic yet.
        """
        data = msgspec.json.encode(insight).decode()
        with durable.transaction(self._db):
            there = self._db.execute(
                "UPDATE insights SET unread = 0, data = ? WHERE call = ?", (data, call)
            ).rowcount
            if there:
                self.topics.wait(call, kind, wishes)

    def agents_since(self, at: float) -> set[str]:
        """Agents that have had calls which began then or later."""
        found = self._db.execute("SELECT DISTINCT agent FROM calls WHERE started_at >= ?", (at,))
        return {agent for (agent,) in found}

    def questions(self, query: Query) -> list[OpenQuestion]:
        """What was asked and not surely answered, the most frequent first; wordings that differ in case are one."""
        where, values = conditions(query)
        rows = self._db.execute(
            "SELECT count(*) AS often, max(at), json_extract(data, '$.question') AS question,"
            " json_extract(data, '$.register') AS register, json_extract(data, '$.said'), call"
            f" FROM events JOIN calls USING (call) WHERE kind = 'open_question' AND {where}"
            " GROUP BY lower(trim(question, ' .?!')), register ORDER BY often DESC, question",
            values,
        )
        return [
            OpenQuestion(often, iso(last), question, register, said, call)
            for often, last, question, register, said, call in rows
        ]

    def select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a report asks of the tables (schema.py)."""
        return self._db.execute(statement, values).fetchall()

    def count(self) -> int:
        """How many calls are kept."""
        return int(self._db.execute("SELECT count(*) FROM calls").fetchone()[0])

    def calls_of(self, caller: str) -> set[str]:
        """Ids of a caller's calls, however the number is written."""
        found = self._db.execute("SELECT call FROM calls WHERE same_caller(caller, ?)", (caller,))
        return {call for (call,) in found}

    def forget(self, calls: Iterable[str]) -> list[str]:
        """Delete calls for good, also what may still come of them; return their recordings' file names."""
        with durable.transaction(self._db):
            files = [file for call in calls for file in self._forget(call)]
        durable.flush(self._db)
        return files

    def _forget(self, call: str) -> list[str]:
        self._db.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (call,))
        return self._delete(call)

    def _delete(self, call: str) -> list[str]:
        files = [name for (name,) in self._db.execute("SELECT name FROM files WHERE call = ?", (call,))]
        self._db.execute("DELETE FROM calls WHERE call = ?", (call,))
        return files

    def has_file(self, name: str) -> bool:
        """Whether a call that is kept has a file of this name."""
        return bool(self._db.execute("SELECT 1 FROM files WHERE name = ?", (name,)).fetchone())

    def let_go(self, name: str) -> None:
        """Have calls name a file no more: it is kept no longer than its call, and perhaps less."""
        with durable.transaction(self._db):
            owners = self._db.execute("DELETE FROM files WHERE name = ? RETURNING call", (name,)).fetchall()
            # So that it is told elsewhere, too: see kept/outbox.py.
            self._db.executemany("UPDATE calls SET last_at = last_at WHERE call = ?", owners)

    def is_over(self, call: str) -> bool | None:
        """Whether a call has ended; None when it is not kept."""
        found = self._db.execute("SELECT ended FROM calls WHERE call = ?", (call,)).fetchone()
        return None if found is None else bool(found[0])

    def is_forgotten(self, call: str) -> bool:
        """Whether a call's caller was forgotten."""
        return bool(self._db.execute("SELECT 1 FROM forgotten WHERE call = ?", (call,)).fetchone())

    def adopt(self, call: str, name: str) -> bool:
        """Give a file to its call; False when that is not kept."""
        if not self._db.execute("SELECT 1 FROM calls WHERE call = ?", (call,)).fetchone():
            return False
        self._db.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (call, name))
        return True

    def last_sweep(self, now: float) -> float | None:
        """When it was looked last for what is too old (Unix time), as far as that is known; keep `now` for the next."""
        found = self._db.execute("SELECT value FROM marks WHERE name = 'sweep'").fetchone()
        self._db.execute("INSERT OR REPLACE INTO marks VALUES ('sweep', ?)", (now,))
        return float(found[0]) if found else None

    def expire(self, days: int) -> tuple[int, list[str]]:
        """Delete calls older than so many days; return how many, and their recordings' file names."""
        before = time.time() - days * 86_400
        with durable.transaction(self._db):
            old = self._db.execute("SELECT call FROM calls WHERE ended AND last_at < ?", (before,)).fetchall()
            files = [file for (call,) in old for file in self._delete(call)]
        if old:
            durable.flush(self._db)
        return len(old), files
