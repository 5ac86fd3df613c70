"""What is still to be copied from a cell's database to that of all cells. It is in the cell's database itself: triggers
note every change of a call that is over, whoever makes it, in the transaction of that change.

A call is noted once, at its last change; what is sent is the call as it is then, or that it is there no more.
"""

import secrets
import sqlite3
from dataclasses import dataclass

from parley.disk.durable import transaction

TABLES = (
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, call TEXT NOT NULL UNIQUE, at REAL NOT NULL)",
    "CREATE TABLE copying (origin TEXT NOT NULL, sent INTEGER NOT NULL, sending INTEGER NOT NULL)",
)
_NEVER = -1
_CHANGES = {
    "copy_changed": ("AFTER UPDATE ON calls WHEN new.ended", "new"),
    "copy_deleted": ("AFTER DELETE ON calls", "old"),
    "copy_read": ("AFTER UPDATE ON insights", "new"),
    "copy_corrected": ("AFTER INSERT ON corrections", "new"),
    "copy_withdrawn": ("AFTER DELETE ON corrections", "old"),
    "copy_used": ("AFTER INSERT ON usage WHEN (SELECT ended FROM calls WHERE call = new.call)", "new"),
}
# Not INSERT OR REPLACE: within a trigger the policy of the statement outside would be taken instead.
_NOTE = """CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN
    DELETE FROM outbox WHERE call = {row}.call;
    INSERT INTO outbox (call, at) VALUES ({row}.call, unixepoch('subsec'));
END"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far this database has been copied."""

    origin: str
    """Which database it is, of all that there ever were."""
    sent: int
    """The last entry of which it is known that it was taken; -1: nothing was copied since copying was switched on."""
    sending: int
    """The last one that may have been taken."""


class Outbox:
    """That of one database. Blocking, as the store is."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def switch(self, *, on: bool) -> None:
        """Note changes from now on, or no more. What happens meanwhile is known by copying everything anew."""
        with transaction(self._db):
            if on:
                for name, (when, row) in _CHANGES.items():
                    self._db.execute(_NOTE.format(name=name, when=when, row=row))
                if not self._db.execute("SELECT 1 FROM copying").fetchone():
                    first = (secrets.token_hex(16), _NEVER, _NEVER)
                    self._db.execute("INSERT INTO copying VALUES (?, ?, ?)", first)
                return
            for name in _CHANGES:
                self._db.execute(f"DROP TRIGGER IF EXISTS {name}")
            self._db.execute("DELETE FROM outbox")
            self._db.execute("UPDATE copying SET sent = ?, sending = ?", (_NEVER, _NEVER))

    def standing(self) -> Standing:
        """How far it was copied."""
        return Standing(*self._db.execute("SELECT origin, sent, sending FROM copying").fetchone())

    def fill(self) -> None:
        """Have every call that is over copied, the oldest first."""
        with transaction(self._db):
            self._db.execute("DELETE FROM outbox")
            self._db.execute(
                "INSERT INTO outbox (call, at) SELECT call, unixepoch('subsec') FROM calls WHERE ended ORDER BY last_at"
            )
            self._db.execute("UPDATE copying SET sent = 0, sending = 0")

    def entries(self, count: int) -> list[tuple[int, str]]:
        """Calls that wait, in order, with the numbers of their entries."""
        return self._db.execute("SELECT id, call FROM outbox ORDER BY id LIMIT ?", (count,)).fetchall()

    def sending(self, last: int) -> None:
        """Keep that the entries up to this one may be taken from now on."""
        self._db.execute("UPDATE copying SET sending = ?", (last,))

    def sent(self, last: int) -> None:
        """Strike out what has been taken. A call that has changed since has a new entry, which stays."""
        with transaction(self._db):
            self._db.execute("DELETE FROM outbox WHERE id <= ?", (last,))
            self._db.execute("UPDATE copying SET sent = ?, sending = ?", (last, last))

    def waiting(self) -> tuple[int, float | None]:
        """How many calls wait, and since when the first one does (Unix time)."""
        count, since = self._db.execute("SELECT count(*), min(at) FROM outbox").fetchone()
        return int(count), since
