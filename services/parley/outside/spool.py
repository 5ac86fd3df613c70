"""Messages that wait for their receivers, in SQLite: what was put in is there after a loss of power. Blocking; any
thread, any number of processes.

A receiver gets the messages of one line (a call's, an alert's) in their order: one waits for those before it until they
were taken or are dead. An event is told once to each receiver, however often it is put in within a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from parley.disk import durable
from parley.outside.endpoints import Endpoint
from parley.outside.notes import Note

_FILE = "webhooks.sqlite"
_DAY_S = 86_400.0
_TABLES = """
CREATE TABLE IF NOT EXISTS endpoints (
    name TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, events TEXT NOT NULL, agents TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    call TEXT PRIMARY KEY, caller TEXT NOT NULL, last_at REAL NOT NULL, ended INTEGER NOT NULL, state BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, endpoint TEXT NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    line TEXT NOT NULL, call TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', since REAL NOT NULL, next_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', UNIQUE (id, endpoint)
);
CREATE INDEX IF NOT EXISTS messages_in_line ON messages (endpoint, line, number) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS messages_due ON messages (endpoint, next_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS messages_of_call ON messages (call);
CREATE TABLE IF NOT EXISTS forgotten (call TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_COLUMNS = "number, id, endpoint, line, call, kind, body, since, attempts, error"
_FIRST = """NOT EXISTS (
    SELECT 1 FROM messages AS before WHERE before.endpoint = messages.endpoint AND before.line = messages.line
    AND before.state = 'waiting' AND before.number < messages.number)"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A note on its way to one receiver."""

    number: int
    id: str
    endpoint: str
    line: str
    call: str
    kind: str
    body: str
    since: float
    """When it was put in, or sent again by hand."""
    attempts: int
    """How often it was tried since."""
    error: str
    """What became of the last try."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter, and how it stands."""

    letter: Letter
    state: str
    """`waiting`; `done`: it was taken; `dead`: it is not tried any more."""
    next_at: float
    """When it is tried, or was taken."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a receiver's messages stand."""

    waiting: int
    dead: int
    oldest_at: float | None
    """Since when the oldest waits; None: none does."""


class Spool(durable.Shared):
    """The file in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / _FILE, _TABLES)

    # Receivers

    def endpoints(self) -> list[Endpoint]:
        """All receivers, by name."""
        rows = self._run("SELECT name, url, secret, events, agents FROM endpoints ORDER BY name")
        return [
            Endpoint(name, url, secret, _listed(events), _listed(a)) for name, url, secret, events, a in rows
        ]

    def endpoint(self, name: str) -> Endpoint | None:
        """One of them."""
        return next((endpoint for endpoint in self.endpoints() if endpoint.name == name), None)

    def put(self, endpoint: Endpoint) -> None:
        """Add a receiver, or change the one of this name; its messages stay."""
        self._run(
            "INSERT INTO endpoints VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " url = excluded.url, secret = excluded.secret, events = excluded.events, agents = excluded.agents",
            endpoint.name,
            endpoint.url,
            endpoint.secret,
            ",".join(endpoint.events),
            ",".join(endpoint.agents),
        )

    def remove(self, name: str) -> bool:
        """Remove a receiver and its messages; return whether there was one."""
        removed = self._run("DELETE FROM endpoints WHERE name = ? RETURNING 1", name)
        self._flush()
        return bool(removed)

    # What is known of a call, until its end is told

    def call(self, call: str) -> bytes | None:
        """What was kept of a call."""
        found = self._run("SELECT state FROM calls WHERE call = ?", call)
        return found[0][0] if found else None

    def keep_call(self, call: str, caller: str, state: bytes, at: float, *, ended: bool) -> None:
        """Keep it, unless its caller was forgotten."""
        if not self.is_forgotten(call):
            self._run("INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?)", call, caller, at, ended, state)

    def silent_calls(self, before: float) -> list[str]:
        """Calls that have not ended, and that nothing was heard of since."""
        found = self._run("SELECT call FROM calls WHERE NOT ended AND last_at < ? ORDER BY last_at", before)
        return [call for (call,) in found]

    # Messages

    def add(self, note: Note, *, to: str = "") -> None:
        """Put a note in for all who want it, or for one receiver."""
        if note.call and self.is_forgotten(note.call):
            return
        for endpoint in self.endpoints():
            if endpoint.name == to if to else endpoint.wants(note.kind, note.agent):
                self._run(
                    "INSERT OR IGNORE INTO messages (id, endpoint, line, call, kind, body, since, next_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    *(note.id, endpoint.name, note.line, note.call, note.kind, note.body, note.at, note.at),
                )

    def due(self, endpoint: str, now: float, count: int) -> list[Letter]:
        """What is to be sent to a receiver now: of each line the first that waits, when its time has come."""
        found = self._run(
            f"SELECT {_COLUMNS} FROM messages WHERE endpoint = ? AND state = 'waiting' AND next_at <= ?"
            f" AND {_FIRST} ORDER BY next_at, number LIMIT ?",
            *(endpoint, now, count),
        )
        return [Letter(*row) for row in found]

    def taken(self, number: int, at: float) -> None:
        """A receiver has taken a message: what it said goes; that it was sent is known for a day."""
        self._run(
            "UPDATE messages SET state = 'done', body = '', error = '', next_at = ? WHERE number = ?",
            at,
            number,
        )

    def failed(self, number: int, error: str, next_at: float | None) -> None:
        """It has not: it is tried again then, or (None) it is dead."""
        self._run(
            "UPDATE messages SET attempts = attempts + 1, error = ?, state = ?, next_at = coalesce(?, next_at)"
            " WHERE number = ? AND state = 'waiting'",
            *(error, "waiting" if next_at is not None else "dead", next_at, number),
        )

    def dead(self, count: int, before: int | None = None) -> list[Letter]:
        """Messages that are not tried any more, the newest first; or those before one."""
        found = self._run(
            f"SELECT {_COLUMNS} FROM messages WHERE state = 'dead' AND number < ? ORDER BY number DESC LIMIT ?",
            *(2**62 if before is None else before, count),
        )
        return [Letter(*row) for row in found]

    def deliveries(self, endpoint: str, count: int, before: int) -> list[Delivery]:
        """A receiver's messages with a smaller number, the newest first; those that were taken for a day."""
        found = self._run(
            f"SELECT {_COLUMNS}, state, next_at FROM messages WHERE endpoint = ? AND number < ?"
            " ORDER BY number DESC LIMIT ?",
            *(endpoint, before, count),
        )
        return [Delivery(Letter(*row), state, next_at) for *row, state, next_at in found]

    def again(self, number: int | None, now: float) -> int:
        """Send a dead message again, or (None) all of them; return how many there are."""
        return len(
            self._run(
                "UPDATE messages SET state = 'waiting', since = ?, next_at = ?, attempts = 0"
                " WHERE state = 'dead' AND (? IS NULL OR number = ?) RETURNING 1",
                *(now, now, number, number),
            )
        )

    def figures(self) -> dict[str, Figures]:
        """How the messages of every receiver stand."""
        found = self._run(
            "SELECT name, coalesce(sum(state = 'waiting'), 0), coalesce(sum(state = 'dead'), 0),"
            " min(iif(state = 'waiting', since, NULL))"
            " FROM endpoints LEFT JOIN messages ON endpoint = name AND state <> 'done' GROUP BY name"
        )
        return {name: Figures(waiting, dead, oldest) for name, waiting, dead, oldest in found}

    # What goes

    def calls_of(self, caller: str) -> set[str]:
        """Ids of a caller's calls, however the number is written."""
        return {call for (call,) in self._run("SELECT call FROM calls WHERE same_caller(caller, ?)", caller)}

    def is_forgotten(self, call: str) -> bool:
        """Whether nothing is to be told of a call any more."""
        return bool(self._run("SELECT 1 FROM forgotten WHERE call = ?", call))

    def forget(self, calls: Iterable[str]) -> None:
        """Delete all that is kept of calls, also what may still come of them."""
        with self.transaction():
            for call in calls:
                self._run("INSERT OR IGNORE INTO forgotten VALUES (?)", call)
                self._run("DELETE FROM messages WHERE call = ?", call)
                self._run("DELETE FROM calls WHERE call = ?", call)
        self._flush()

    def expire(self, now: float, days: int) -> None:
        """Delete what was taken a day ago, and what is `days` old (0: nothing): calls, and messages that are dead.

        What is known of a call is there for as long as messages of it, by which its caller is forgotten.
        """
        with self.transaction():
            self._run("DELETE FROM messages WHERE state = 'done' AND next_at < ?", now - _DAY_S)
            if days:
                before = now - days * _DAY_S
                self._run("DELETE FROM messages WHERE state = 'dead' AND since < ?", before)
            self._run(
                "DELETE FROM calls WHERE ended AND last_at < ?"
                " AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.call = calls.call)",
                now - _DAY_S,
            )
        self._flush()

    def _flush(self) -> None:
        with self._lock:
            durable.flush(self._db)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
