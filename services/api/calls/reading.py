"""The records' database, opened for one request."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.problems import Problem, unavailable
from parley import log
from records.record import Record
from records.store import Store

_log = log.get("reading")


@contextmanager
def records(folder: Path) -> Iterator[Store]:
    """The database to read; raise Problem when it is not there."""
    store = None
    try:
        store = Store.reading(folder)
        yield store
    except sqlite3.Error as error:
        _log.warning("the records cannot be read", error=str(error))
        raise unavailable("the records of calls cannot be read now") from error
    finally:
        if store is not None:
            store.close()


def found(store: Store, call: str) -> tuple[Record, bool]:
    """A call and whether it is over; raise Problem when it is not kept."""
    over = store.is_over(call)
    record = store.record(call)
    if record is None or over is None:
        raise Problem(404, "no-such-call", f"no call {call} is kept")
    return record, over
