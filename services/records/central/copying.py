"""Copies calls that are over into the database of all cells: whenever they change, in order, and none is lost.

What was taken is written there in the transaction that takes it (`through`), so that neither a lost answer nor a
restart has anything taken twice. Where the two databases do not fit together, since one of them is of a backup, all of
the cell is copied anew.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence

import psycopg
from prometheus_client import Counter, Gauge

from parley import log
from parley.errors import ParleyError
from records.central import tables
from records.central.row import Row, lines, row
from records.record import Record
from records.store import Store

WAITING = Gauge("parley_records_copy_waiting", "Calls that wait to be copied to the database of all cells.")
OLDEST = Gauge(
    "parley_records_copy_waiting_seconds",
    "How long the first of the calls waits that are to be copied to the database of all cells.",
)
COPIED = Counter(
    "parley_records_copied_total", "Calls that were copied to the database of all cells, or deleted there."
)
FAILED = Counter(
    "parley_records_copy_failed_total", "Attempts to copy calls to the database of all cells that failed."
)
SET_ASIDE = Counter(
    "parley_records_copy_set_aside_total",
    "Calls that the database of all cells would not take, each by itself.",
)

LOOK_S = 5.0
"""Between two looks whether something has changed."""
_AFTER_ERROR_S = 15.0
_AT_ONCE = 100
_INSERT = f"INSERT INTO parley.calls VALUES ({', '.join(['%s'] * len(Row._fields))})"
# What a record itself may be at fault for; all else is the database's.
_OF_THE_RECORD = (psycopg.DataError, psycopg.IntegrityError)

_log = log.get("copying")


class NameTaken(ParleyError):
    """Another database is copied under the cell's name."""


class Copier:
    """Does so for one cell."""

    def __init__(
        self, store: Store, cell: str, console: str, connect: Callable[[], psycopg.Connection]
    ) -> None:
        """`store` is its own: it works on a thread of its own. `console`: for browsers elsewhere; may be empty."""
        self._store = store
        self._outbox = store.outbox
        self._cell = cell
        self._console = console
        self._connect = connect
        self._db: psycopg.Connection | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        try:
            while not stopping.is_set():
                pause = await asyncio.to_thread(self._pause_after_look)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), pause)
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _pause_after_look(self) -> float:
        try:
            count = self.look()
        except (psycopg.Error, NameTaken, sqlite3.Error) as error:
            FAILED.inc()
            _log.error("records are not copied now", error=str(error).strip())
            self.close()
            return _AFTER_ERROR_S
        finally:
            self._measure()
        return 0.0 if count == _AT_ONCE else LOOK_S

    def _measure(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            count, since = self._outbox.waiting()
            WAITING.set(count)
            OLDEST.set(0.0 if since is None else max(0.0, time.time() - since))

    def look(self) -> int:
        """Copy some of what waits; return how many calls. Blocks; raise psycopg.Error, NameTaken or sqlite3.Error."""
        if self._db is None:
            self._db = self._connect()
            tables.prepare(self._db)
        # Twice at the most: it was begun anew the first time.
        count = self._copy(self._db)
        return self._copy(self._db) or 0 if count is None else count

    def _copy(self, db: psycopg.Connection) -> int | None:
        """How many were copied; None: all has to be, and is noted for it now."""
        with db.transaction():
            # From here on until it is over nobody else copies this cell.
            through = self._through(db)
            if through is None:
                self._register(db)
            else:
                self._outbox.sent(through)
                entries = self._outbox.entries(_AT_ONCE)
                through = entries[-1][0] if entries else through
                self._outbox.sending(through)
                self._send(db, [call for _, call in entries])
                db.execute(
                    "UPDATE parley.cells SET through = %s, console = %s, seen_at = now() WHERE cell = %s",
                    (through, self._console, self._cell),
                )
        if through is None:
            self._outbox.fill()
            return None
        self._outbox.sent(through)
        COPIED.inc(len(entries))
        return len(entries)

    def _through(self, db: psycopg.Connection) -> int | None:
        """The last entry that was taken; None: it has to be begun anew."""
        found = db.execute(
            "SELECT origin, through FROM parley.cells WHERE cell = %s FOR UPDATE", (self._cell,)
        ).fetchone()
        own = self._outbox.standing()
        if found is None:
            return None
        origin, through = found
        if origin != own.origin:
            raise NameTaken(f"another database is copied as cell {self._cell!r}: see CELL_NAME")
        return through if through in (own.sent, own.sending) else None

    def _register(self, db: psycopg.Connection) -> None:
        _log.info("all records are copied anew", cell=self._cell)
        db.execute("SET LOCAL statement_timeout = 0")  # there may be many
        db.execute("DELETE FROM parley.cells WHERE cell = %s", (self._cell,))
        db.execute(
            "INSERT INTO parley.cells VALUES (%s, %s, 0, %s, now())",
            (self._cell, self._outbox.standing().origin, self._console),
        )

    def _send(self, db: psycopg.Connection, calls: Sequence[str]) -> None:
        """Put these calls in the place of what there is of them."""
        if not calls:
            return
        kept = [told for call in calls if (told := self._told(call))]
        with db.cursor() as cursor:
            cursor.execute(
                "DELETE FROM parley.calls WHERE cell = %s AND call = ANY(%s)", (self._cell, list(calls))
            )
            try:
                with db.transaction():
                    _insert(cursor, kept)
            except _OF_THE_RECORD as error:
                _log.warning("calls are copied one by one", error=str(error).strip())
                self._send_each(db, cursor, kept)

    def _send_each(
        self, db: psycopg.Connection, cursor: psycopg.Cursor, kept: Sequence[tuple[Row, list[list[str]]]]
    ) -> None:
        for told in kept:
            try:
                with db.transaction():
                    _insert(cursor, [told])
            except _OF_THE_RECORD as error:
                SET_ASIDE.inc()
                _log.error("a call is not copied", call=told[0].call, error=str(error).strip())

    def _told(self, call: str) -> tuple[Row, list[list[str]]] | None:
        """A call that is over, with the words of its lines; None: there is none."""
        try:
            record: Record | None = self._store.record(call) if self._store.is_over(call) else None
            return None if record is None else (row(self._cell, record), lines(record))
        except sqlite3.Error:
            raise
        except Exception:  # whatever it is: it must not keep the others, for ever
            SET_ASIDE.inc()
            _log.exception("a call is not copied", call=call)
            return None


def _insert(cursor: psycopg.Cursor, kept: Sequence[tuple[Row, list[list[str]]]]) -> None:
    cursor.executemany(_INSERT, [told for told, _ in kept])
    cursor.executemany(
        "INSERT INTO parley.lines VALUES (%s, %s, %s)",
        [(told.cell, told.call, found) for told, spoken in kept for found in spoken],
    )
