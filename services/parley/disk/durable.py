"""SQLite databases in which what was written is there after a loss of power, and what was deleted is overwritten. Any
number of processes open one. Blocking.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from parley.telephone import numbers

_BUSY_S = 10.0
"""How long it is waited for somebody else's transaction."""


def opened(file: Path) -> sqlite3.Connection:
    """A database to read and write, made with its folder where there is none; raise sqlite3.Error.

    Every statement is by itself, and transactions are where they are begun: a read must not keep old pages alive. A
    thread at a time uses it. `same_caller(one, other)` there is whether two numbers are one caller's.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(file, timeout=_BUSY_S, check_same_thread=False, isolation_level=None)
    # WAL: others read while somebody writes. FULL: what was acknowledged survives a loss of power.
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten.
    db.execute("PRAGMA secure_delete = ON")
    return _knowing_callers(db)


def reading(file: Path) -> sqlite3.Connection:
    """One as it is, for who only reads it; sqlite3.Error when there is none yet. The folder must be writable all the
    same, for the index that all readers of a write-ahead log share.
    """
    db = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, isolation_level=None
    )
    return _knowing_callers(db)


def _knowing_callers(db: sqlite3.Connection) -> sqlite3.Connection:
    db.create_function("same_caller", 2, numbers.same, deterministic=True)
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is done in it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def flush(db: sqlite3.Connection) -> None:
    """Leave nothing of what was deleted in the write-ahead log."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Shared:
    """A database that any thread may use."""

    def __init__(self, file: Path, tables: str) -> None:
        """`tables`: statements that make those which there are not yet. Raise sqlite3.Error."""
        self._lock = RLock()
        self._db = opened(file)
        self._db.executescript(tables)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of what is put in meanwhile, or nothing."""
        with self._lock, transaction(self._db):
            yield

    def _run(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()
