"""What goes on in each cell now, as its API says every few seconds: its calls, and how it is. Blocking."""

from dataclasses import dataclass

import msgspec
import psycopg

from records.insight.course import VOICE
from records.store import Store

MOST = 200
"""Calls of a cell that are told, the newest."""
_LONGEST_S = 86_400.0
"""What began earlier is not looked for."""
_GOING_ON = (
    "SELECT call, agent, caller, started_at, coalesce((SELECT json_extract(data, '$.channel') FROM events"
    " WHERE events.call = calls.call AND kind = 'call_started' LIMIT 1), ?)"
    " FROM calls WHERE started_at > ? AND NOT ended ORDER BY started_at DESC, call DESC"
)


class LiveCall(msgspec.Struct, frozen=True):
    """A call or chat that goes on. What is added needs a default: another cell may be of another version."""

    call: str
    agent: str = ""
    caller: str = ""
    """Empty: without a number."""
    started_at: float = 0.0
    """Unix time in seconds, by the clock of its cell."""
    channel: str = VOICE


class State(msgspec.Struct, frozen=True):
    """How a cell is."""

    calls: list[LiveCall] = []
    """The newest."""
    count: int = 0
    """How many go on."""
    records: bool = True
    """Whether it knows its calls: its records can be read."""
    redis: bool = True
    """Whether its Redis answers."""
    outage: bool | None = None
    """Whether all its calls go to people; None: not known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cell has said last."""

    cell: str
    console: str
    """Where browsers find its console; empty: that is not known."""
    at: float
    """When, Unix time in seconds by the clock of the database."""
    ago_s: float
    """How long ago, by the same clock."""
    state: State


def going_on(store: Store, now: float) -> tuple[list[LiveCall], int]:
    """The newest calls that go on, and how many do; raise sqlite3.Error."""
    rows = store.select(_GOING_ON, (VOICE, now - _LONGEST_S))
    return [LiveCall(*row) for row in rows[:MOST]], len(rows)


def tell(db: psycopg.Connection, cell: str, console: str, state: State) -> None:
    """Say how a cell is, in place of what was said before; raise psycopg.Error."""
    text = msgspec.json.encode(state).decode().replace("\\u0000", "")
    with db.transaction():
        db.execute(
            "INSERT INTO parley.cell_states VALUES (%s, %s, now(), %s) ON CONFLICT (cell) DO UPDATE"
            " SET console = excluded.console, seen_at = excluded.seen_at, state = excluded.state",
            (cell, console, text),
        )
        # Callers' numbers of a cell that is gone must not stay.
        db.execute("DELETE FROM parley.cell_states WHERE seen_at < now() - interval '1 hour'")


def told(db: psycopg.Connection) -> list[Seen]:
    """What all cells have said in the last hour, by their names; raise psycopg.Error."""
    rows = db.execute(
        "SELECT cell, console, extract(epoch FROM seen_at)::float8, extract(epoch FROM now() - seen_at)::float8,"
        " state::text FROM parley.cell_states ORDER BY cell"
    )
    return [
        Seen(cell, console, at, ago_s, msgspec.json.decode(text, type=State))
        for cell, console, at, ago_s, text in rows
    ]
