"""What was used for each call, and its price at that time, in the records' database.

An entry of the stream is entered once, however often it is taken: it is known by its id. Nothing that was said is here.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from parley import log
from parley.disk.durable import transaction
from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.usage.tally import EVENT, Use
from records.cost.prices import Prices

_COLUMNS = "requests, seconds, read, cached, written, characters, estimated"
_log = log.get("cost")


class Used(msgspec.Struct, kw_only=True):
    """What one engine did for a call."""

    part: str
    """`stt`, `llm` or `tts`."""
    engine: str
    """`local`, or the name of the model outside."""
    requests: int
    seconds: float
    """Of audio that was recognised."""
    read: int
    """Tokens, those of `cached` among them."""
    cached: int
    written: int
    characters: int
    """That were spoken."""
    estimated: int
    """Requests whose tokens are estimated."""
    cost: float | None
    """None: not all of it has a price."""


class Cost(msgspec.Struct, kw_only=True):
    """What a call cost."""

    amount: float
    currency: str
    """As ISO 4217 has it."""
    whole: bool
    """False: there are engines without a price, which cost more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered."""

    agent: str
    use: Use
    cost: float | None
    """None: there is no price."""


class Ledger:
    """The tables of usage in an open database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def enter(self, logged: Iterable[LoggedEvent], prices: Prices | None) -> list[Entry]:
        """Enter what was used, at these prices; return what is new. What cannot be read the log tells of."""
        told = [(item.entry_id, item.event) for item in logged if item.event and item.event.kind == EVENT]
        if not told:
            return []
        with transaction(self._db):
            return [new for entry_id, event in told for new in self._entered(entry_id, event, prices)]

    def _entered(self, entry_id: str, event: Event, prices: Prices | None) -> Iterator[Entry]:
        if self._db.execute("SELECT 1 FROM forgotten WHERE call = ?", (event.call,)).fetchone():
            return
        try:
            uses = msgspec.convert(event.data.get("uses"), list[Use])
        except msgspec.ValidationError as error:
            _log.error("what was used cannot be read", call=event.call, error=str(error))
            return
        agent = str(event.data.get("agent", ""))
        self._db.execute(
            "INSERT OR IGNORE INTO calls (call, agent, started_at, last_at) VALUES (?, ?, ?, ?)",
            (event.call, agent, event.at, event.at),
        )
        currency = "" if prices is None else prices.currency
        for use in uses:
            cost = None if prices is None else prices.of(use)
            if self._is_new(entry_id, event.call, use, cost, currency):
                yield Entry(agent, use, cost)

    def _is_new(self, entry_id: str, call: str, use: Use, cost: float | None, currency: str) -> bool:
        milliseconds, _, number = entry_id.partition("-")
        done = (use.requests, use.seconds, use.read, use.cached, use.written, use.characters, use.estimated)
        row = (call, int(milliseconds), int(number), use.part, use.engine, *done, cost, currency)
        return bool(
            self._db.execute(
                f"INSERT OR IGNORE INTO usage VALUES ({', '.join('?' * len(row))})", row
            ).rowcount
        )

    def used(self, call: str) -> list[Used]:
        """What engines did for a call; by part and engine."""
        sums = ", ".join(f"sum({name})" for name in _COLUMNS.split(", "))
        rows = self._db.execute(
            f"SELECT part, engine, {sums}, CASE WHEN count(cost) = count(*) THEN sum(cost) END"
            " FROM usage WHERE call = ? GROUP BY part, engine ORDER BY part, engine",
            (call,),
        )
        names = Used.__struct_fields__
        return [Used(**dict(zip(names, row, strict=True))) for row in rows]

    def cost(self, call: str) -> Cost | None:
        """What a call cost; None: there are no prices, or nothing was used. Of several currencies, in the last one."""
        row = self._db.execute(
            "SELECT coalesce(sum(cost) FILTER (WHERE currency = newest), 0), newest,"
            " count(cost) FILTER (WHERE currency = newest) = count(*)"
            " FROM usage, (SELECT currency AS newest FROM usage WHERE call = :call AND currency <> ''"
            " ORDER BY ms DESC, seq DESC LIMIT 1) WHERE call = :call HAVING newest IS NOT NULL",
            {"call": call},
        ).fetchone()
        return Cost(amount=row[0], currency=row[1], whole=bool(row[2])) if row else None
