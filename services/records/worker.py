"""The service's work: keeps events, each once however often it is taken (see store.py), and deletes what is too old."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from prometheus_client import Counter, Gauge
from pyrage import x25519

from parley import log
from parley.bus import CALL_TTL_S
from parley.event_log import EventLog, Journal, Keeper, LoggedEvent
from records.clock import Clock
from records.cost import metrics
from records.cost.prices import Prices
from records.sound import quota, recordings, sealing
from records.store import Store

EVENTS = Counter("parley_records_events_total", "Events that were taken in.")
MISSED = Counter(
    "parley_records_events_missed_total", "Events that the stream dropped at its maximum length, unread."
)
UNREADABLE = Counter("parley_records_events_unreadable_total", "Events that could not be read.")
ENDED = Counter("parley_records_calls_total", "Calls whose record is complete.", ["agent", "outcome"])
SPOILED = Counter(
    "parley_records_events_set_aside_total", "Events that the database would not take, each by itself."
)
JUMP = Gauge(
    "parley_records_clock_jump_seconds",
    "How far the machine's clock was set since the start; beyond 300 s nothing is deleted because of its age.",
)
EXPIRED = Counter("parley_records_expired_total", "Records that were deleted because of their age.")
KEPT = Gauge("parley_records_kept", "Records that are kept.")
DOUBTED = Gauge(
    "parley_records_clock_doubted", "1 while nothing is deleted for its age, because the clock has jumped."
)
BACKLOG = Gauge("parley_records_backlog_events", "Events that wait to be taken in.")

GROUP = "records"
SILENT_S = 2 * CALL_TTL_S
"""A call that nothing was heard of for so long is over: what is known of it in Redis has expired, too."""
JUMP_S = 300.0
"""A clock that was set further than this is not believed about what is old."""

_log = log.get("worker")


class Recorder:
    """Carries events from the stream into the store."""

    def __init__(
        self,
        events: EventLog,
        journal: Journal,
        store: Store,
        folder: Path,
        days: int,
        *,
        limit_bytes: int = 0,
        recipients: Sequence[x25519.Recipient] = (),
        prices: Prices | None = None,
    ) -> None:
        """`folder`: of the recordings; `days`: how long records are kept, 0 for ever; `limit_bytes`: what recordings
        may take, 0 for anything; `recipients`: who may listen to what is recorded; nobody named: whoever can read the
        files; `prices`: of engines, if there are any.
        """
        self._events = events
        self._journal = journal
        self._clock = Clock(store.last_sweep)
        self._store = store
        self._folder = folder
        self._days = days
        self._limit_bytes = limit_bytes
        self._recipients = list(recipients)
        self._prices = prices
        self._offset = time.time() - time.monotonic()

    async def run(self, stopping: asyncio.Event, on_change: Callable[[bool], None]) -> None:
        """Work until `stopping` is set; tell whether Redis is there."""
        keeper = Keeper(self._events, GROUP, self._keep, self._sweep, MISSED.inc)
        await keeper.run(stopping, on_change)

    def _keep(self, logged: list[LoggedEvent]) -> None:
        try:
            self._add(logged)
        except sqlite3.OperationalError:
            raise  # the disk: none of them is at fault
        except Exception as error:  # whatever one of them is: it must not keep the others, for ever
            _log.warning("events are taken in one by one", error=str(error))
            self._keep_each(logged)
        unreadable = sum(item.event is None for item in logged)
        EVENTS.inc(len(logged) - unreadable)
        UNREADABLE.inc(unreadable)

    def _add(self, logged: list[LoggedEvent]) -> None:
        for agent, outcome in self._store.add(logged):
            ENDED.labels(agent, outcome).inc()
        metrics.begin(logged, self._prices)
        metrics.count(self._store.ledger.enter(logged, self._prices), self._prices)

    def _keep_each(self, logged: list[LoggedEvent]) -> None:
        for item in logged:
            try:
                self._add([item])
            except sqlite3.OperationalError:
                raise
            except Exception as error:
                SPOILED.inc()
                _log.error("an event is set aside", entry=item.entry_id, error=str(error))

    async def _sweep(self) -> None:
        BACKLOG.set(await self._events.backlog(GROUP))
        await asyncio.to_thread(self._delete_old)
        # The clock has no part in it: of files it is told which are older, not how old they are.
        await asyncio.to_thread(quota.sweep, self._folder, self._store, self._limit_bytes)
        if self._recipients:
            await asyncio.to_thread(sealing.seal_all, self._folder, self._recipients, self._store)
        await self._journal.look()

    def _delete_old(self) -> None:
        jump = time.time() - time.monotonic() - self._offset
        JUMP.set(jump)
        if abs(jump) > JUMP_S:
            DOUBTED.set(1)
            _log.error("the clock was set: nothing is deleted until the next start", seconds=round(jump))
            return
        if silent := self._store.end_silent(time.time() - SILENT_S):
            _log.warning("calls ended without a word of their gateway", count=silent)
        trusted = self._clock.look(time.time(), time.monotonic())
        DOUBTED.set(not trusted)
        if self._days and trusted:
            count, files = self._store.expire(self._days)
            recordings.delete(self._folder, files)
            EXPIRED.inc(count)
        recordings.delete_orphans(self._folder, self._store, self._days if trusted else 0)
        KEPT.set(self._store.count())
