"""Campaigns, their lists and every attempt, in SQLite: what was written is there after a loss of power. Blocking; a
thread at a time, any number of processes.

An attempt stands here before anybody is rung, so that whatever is started again rings nobody twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import msgspec

from parley.disk import durable
from records.campaigns.course import Ended
from records.campaigns.plan import Plan, Row

State = Literal["paused", "running", "tripped", "done"]
"""`tripped`: paused because calls went wrong."""
STATES: tuple[State, ...] = get_args(State)
_FILE = "campaigns.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS campaigns (
    name TEXT PRIMARY KEY, plan TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'paused', since REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (
    campaign TEXT NOT NULL REFERENCES campaigns ON DELETE CASCADE, number TEXT NOT NULL, place INTEGER NOT NULL,
    consent TEXT NOT NULL, variables TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    next_at REAL NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', PRIMARY KEY (campaign, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS people_due ON people (campaign, next_at) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS attempts (
    call TEXT PRIMARY KEY, campaign TEXT NOT NULL, number TEXT NOT NULL, at REAL NOT NULL,
    outcome TEXT NOT NULL DEFAULT '', ended_at REAL, lasted_s REAL,
    FOREIGN KEY (campaign, number) REFERENCES people ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempts_of ON attempts (campaign, number);
CREATE INDEX IF NOT EXISTS attempts_open ON attempts (call) WHERE ended_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign, and how it stands."""

    name: str
    plan: Plan
    state: State
    since: float
    """When it was started last, Unix time in seconds."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that may have been made, and whose end is not known."""

    call: str
    campaign: str
    number: str
    at: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of somebody."""

    number: str
    state: str
    """`waiting`, `calling`, or `done`."""
    outcome: str
    """Of the last attempt, or the rule that did not allow one; empty: there was none."""
    attempts: int
    call: str
    """The last one that was made."""
    last_at: float | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a list is, in people."""

    people: int
    waiting: int
    calling: int
    done: int
    outcomes: dict[str, int]
    """As in `Result`; who has none is in none."""


class Book:
    """The database in a folder."""

    def __init__(self, folder: Path) -> None:
        self._db = durable.opened(folder / _FILE)
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    # Campaigns

    def put(self, name: str, plan: Plan, rows: Iterable[Row]) -> int:
        """Add a campaign, or change its plan; numbers of the list that it has not yet are added. Return how many."""
        with durable.transaction(self._db):
            self._db.execute(
                "INSERT INTO campaigns (name, plan) VALUES (?, ?) ON CONFLICT DO UPDATE SET plan = excluded.plan",
                (name, msgspec.json.encode(plan).decode()),
            )
            values = [
                (name, row.number, place, row.consent, msgspec.json.encode(row.variables).decode())
                for place, row in enumerate(rows)
            ]
            return self._db.executemany(
                "INSERT OR IGNORE INTO people (campaign, number, place, consent, variables) VALUES (?, ?, ?, ?, ?)",
                values,
            ).rowcount

    def campaigns(self) -> list[Campaign]:
        """All campaigns, by name."""
        found = self._db.execute("SELECT name, plan, state, since FROM campaigns ORDER BY name").fetchall()
        return [
            Campaign(name, msgspec.json.decode(plan, type=Plan), state, since)
            for name, plan, state, since in found
        ]

    def campaign(self, name: str) -> Campaign | None:
        """One of them."""
        return next((campaign for campaign in self.campaigns() if campaign.name == name), None)

    def enter(self, name: str, state: State, now: float) -> None:
        """Have a campaign run, or stop it."""
        self.change(name, STATES, state, now)

    def change(self, name: str, before: Collection[State], state: State, now: float) -> bool:
        """The same, only where it is in one of these states before; return whether it was."""
        done = self._db.execute(
            "UPDATE campaigns SET state = ?, since = iif(? = 'running', ?, since)"
            f" WHERE name = ? AND state IN ({', '.join('?' * len(before))})",
            (state, state, now, name, *before),
        )
        return bool(done.rowcount)

    # Lists

    def due(self, name: str, now: float, count: int) -> list[Row]:
        """Who is to be called now, those first who wait longest."""
        found = self._db.execute(
            "SELECT number, consent, variables FROM people WHERE campaign = ? AND state = 'waiting' AND next_at <= ?"
            " ORDER BY next_at, place LIMIT ?",
            (name, now, count),
        )
        return [Row(number, consent, msgspec.json.decode(variables)) for number, consent, variables in found]

    def later(self, name: str, number: str, at: float, outcome: str = "") -> None:
        """Somebody is not called before then (Unix time), for this."""
        self._db.execute(
            "UPDATE people SET state = 'waiting', next_at = ?, outcome = ? WHERE campaign = ? AND number = ?",
            (at, outcome, name, number),
        )

    def never(self, name: str, number: str, outcome: str) -> None:
        """Somebody is not called any more, for this."""
        self._db.execute(
            "UPDATE people SET state = 'done', outcome = ? WHERE campaign = ? AND number = ?",
            (outcome, name, number),
        )

    def left(self, name: str) -> int:
        """How many of a list are not done with."""
        found = self._db.execute(
            "SELECT count(*) FROM people WHERE campaign = ? AND state <> 'done'", (name,)
        )
        return int(found.fetchone()[0])

    def tally(self, name: str) -> Tally:
        """How far a list is."""
        states: dict[str, int] = {}
        outcomes: dict[str, int] = {}
        for state, outcome, count in self._db.execute(
            "SELECT state, outcome, count(*) FROM people WHERE campaign = ? GROUP BY state, outcome", (name,)
        ):
            states[state] = states.get(state, 0) + count
            outcomes[outcome] = outcomes.get(outcome, 0) + count
        return Tally(
            sum(states.values()),
            states.get("waiting", 0),
            states.get("calling", 0),
            states.get("done", 0),
            {outcome: outcomes[outcome] for outcome in sorted(outcomes) if outcome},
        )

    def results(
        self, name: str, *, state: str = "", outcome: str = "", count: int = -1, skip: int = 0
    ) -> list[Result]:
        """What came of everybody on a list, in its order; only those with this state and outcome (empty: any), and of
        these so many (-1: all) after some.
        """
        found = self._db.execute(
            # Of several rows SQLite gives the columns of the one that has the maximum.
            "SELECT few.number, state, few.outcome, count(call), coalesce(call, ''), max(at)"
            " FROM (SELECT * FROM people WHERE campaign = :name AND :state IN ('', state)"
            " AND :outcome IN ('', outcome) ORDER BY place, number LIMIT :count OFFSET :skip) AS few"
            " LEFT JOIN attempts USING (campaign, number) GROUP BY few.number ORDER BY place, few.number",
            {"name": name, "state": state, "outcome": outcome, "count": count, "skip": skip},
        )
        return [Result(*row) for row in found]

    # Attempts

    def begin(self, call: str, name: str, number: str, now: float) -> None:
        """Somebody is about to be rung. To be written before it: this is what nobody is rung twice by."""
        with durable.transaction(self._db):
            self._db.execute(
                "UPDATE people SET state = 'calling' WHERE campaign = ? AND number = ?", (name, number)
            )
            self._db.execute(
                "INSERT INTO attempts (call, campaign, number, at) VALUES (?, ?, ?, ?)",
                (call, name, number, now),
            )

    def undo(self, call: str) -> None:
        """Nobody was rung after all; what becomes of the row, `later` or `never` says."""
        self._db.execute("DELETE FROM attempts WHERE call = ?", (call,))

    def open(self) -> list[Attempt]:
        """Attempts whose end is not known."""
        found = self._db.execute(
            "SELECT call, campaign, number, at FROM attempts WHERE ended_at IS NULL ORDER BY at"
        )
        return [Attempt(*row) for row in found]

    def end(self, call: str, end: Ended) -> None:
        """What came of an attempt."""
        self._db.execute(
            "UPDATE attempts SET outcome = ?, ended_at = ?, lasted_s = ? WHERE call = ?",
            (end.outcome, end.at, end.lasted_s, call),
        )

    def outcomes(self, name: str, number: str) -> list[str]:
        """Of all attempts at somebody that are over."""
        found = self._db.execute(
            "SELECT outcome FROM attempts WHERE campaign = ? AND number = ? AND ended_at IS NOT NULL",
            (name, number),
        )
        return [outcome for (outcome,) in found]

    def ends(self, name: str, since: float) -> list[Ended]:
        """How attempts that were over since then went."""
        found = self._db.execute(
            "SELECT outcome, ended_at, lasted_s FROM attempts WHERE campaign = ? AND ended_at > ?",
            (name, since),
        )
        return [Ended(*row) for row in found]

    def forget(self, caller: str) -> None:
        """Delete somebody from all lists, with what came of them."""
        with durable.transaction(self._db):
            self._db.execute("DELETE FROM people WHERE same_caller(number, ?)", (caller,))
        durable.flush(self._db)
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
