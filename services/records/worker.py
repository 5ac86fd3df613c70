"""The service's loop: takes events, keeps them, acknowledges them; deletes what is too old.

An event is acknowledged after it was written, and what was taken and not acknowledged is taken again after a restart:
nothing is lost between the two, and nothing is kept twice (see store.py).
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from prometheus_client import Counter, Gauge
from pyrage import x25519

from parley import log
from parley.bus import CALL_TTL_S, BusError
from parley.event_log import EventLog, Journal, LoggedEvent
from records import recordings, sealing
from records.clock import Clock
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
CONSUMER = "records"
SWEEP_S = 60.0
SILENT_S = 2 * CALL_TTL_S
"""A call that nothing was heard of for so long is over: what is known of it in Redis has expired, too."""
JUMP_S = 300.0
"""A clock that was set further than this is not believed about what is old."""
_PAUSE_S = 1.0

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
        recipients: Sequence[x25519.Recipient] = (),
    ) -> None:
        """`folder`: of the recordings; `days`: how long records are kept, 0 for ever; `recipients`: who may listen to
        what is recorded; nobody named: whoever can read the files.
        """
        self._events = events
        self._journal = journal
        self._clock = Clock(store.last_sweep)
        self._store = store
        self._folder = folder
        self._days = days
        self._recipients = list(recipients)
        self._offset = time.time() - time.monotonic()

    async def run(self, stopping: asyncio.Event, on_change: Callable[[bool], None]) -> None:
        """Work until `stopping` is set; tell whether Redis is there."""
        own, swept = True, 0.0
        while not stopping.is_set():
            try:
                if own:
                    await self._join()
                    on_change(True)
                taken = await self._take(own=own)
                own = own and taken > 0
                if time.monotonic() - swept > SWEEP_S:
                    await self._sweep()
                    swept = time.monotonic()
            except BusError as error:
                _log.warning("redis is away or refuses", error=str(error))
            except sqlite3.Error as error:
                # A full disk, a disk that fails: what was taken stays with Redis until it can be written.
                _log.error("records cannot be written", error=str(error))
            else:
                continue
            on_change(False)
            own = True
            await asyncio.sleep(_PAUSE_S)

    async def _join(self) -> None:
        await self._events.join(GROUP)
        if missed := await self._events.missed(GROUP):
            MISSED.inc(missed)
            _log.error("events are lost: they were dropped before they were read", count=missed)

    async def _take(self, *, own: bool) -> int:
        logged = await self._events.take(GROUP, CONSUMER, own=own)
        if logged:
            await asyncio.to_thread(self._keep, logged)
            await self._events.acknowledge(GROUP, [item.entry_id for item in logged])
        return len(logged)

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
