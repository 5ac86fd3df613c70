"""From the stream of events into the spool, which has what is told of an event once, however often that is taken."""

import asyncio
import sqlite3
import time
from collections.abc import Callable

import msgspec
from prometheus_client import Counter

from parley import log
from parley.bus import CALL_TTL_S
from parley.event_log import EventLog, Keeper, LoggedEvent
from parley.outside.notes import note
from parley.outside.spool import Spool
from parley.usage import tally
from webhooks import telling
from webhooks.telling import CallState

MISSED = Counter(
    "parley_webhooks_events_missed_total", "Events that the stream dropped at its maximum length, unread."
)
UNREADABLE = Counter("parley_webhooks_events_unreadable_total", "Events that nothing could be told of.")

GROUP = "webhooks"
SILENT_S = 2 * CALL_TTL_S
"""A call that nothing was heard of for so long is over, as in the records."""
OUTCOME_S = 600.0
"""What is to be known after a call has not come by then, and does not any more."""
JUMP_S = 300.0
"""A clock that was set further than this is not believed about what is old."""
HEARD_S = 60.0
"""That a call goes on is written no more often: most that happens in one is told to nobody."""

_log = log.get("intake")


class Intake:
    """Carries what others are told of from the stream into the spool."""

    def __init__(self, events: EventLog, spool: Spool, wake: Callable[[], None], days: int = 0) -> None:
        """`wake` is called, on any thread, when there may be something to send; `days`: how long dead messages are
        kept, 0 for ever.
        """
        self._events = events
        self._spool = spool
        self._wake = wake
        self._days = days
        self._offset = time.time() - time.monotonic()

    async def run(self, stopping: asyncio.Event, on_change: Callable[[bool], None]) -> None:
        """Work until `stopping` is set; tell whether Redis and the spool are there."""
        keeper = Keeper(self._events, GROUP, self._keep, self._sweep, MISSED.inc)
        await keeper.run(stopping, on_change)

    def _keep(self, logged: list[LoggedEvent]) -> None:
        with self._spool.transaction():
            for item in logged:
                try:
                    self._put(item)
                except sqlite3.Error:
                    raise
                except Exception as error:  # whatever one of them is: it must not keep the others, for ever
                    UNREADABLE.inc()
                    _log.error("an event is set aside", entry=item.entry_id, error=str(error))
        self._wake()

    def _put(self, item: LoggedEvent) -> None:
        event = item.event
        if event is None:
            UNREADABLE.inc()
            return
        if event.kind == tally.EVENT:  # may come when the call is forgotten here
            return
        state = _state(self._spool.call(event.call))
        since = state.last_at
        for kind, data in telling.follow(state, event):
            self._spool.add(note(kind, data, event.at, event.call, item.entry_id))
        if event.kind in telling.KINDS or state.last_at - since > HEARD_S:
            self._keep_state(event.call, state)

    def _keep_state(self, call: str, state: CallState) -> None:
        encoded = msgspec.json.encode(state)
        self._spool.keep_call(call, state.caller, encoded, state.last_at, ended=state.ended)

    async def _sweep(self) -> None:
        await asyncio.to_thread(self._clear_up)

    def _clear_up(self) -> None:
        now = time.time()
        if abs(now - time.monotonic() - self._offset) > JUMP_S:
            _log.error(
                "the clock was set: no call is taken for lost, and nothing is deleted, until the next start"
            )
            return
        with self._spool.transaction():
            for call in self._spool.silent_calls(now - OUTCOME_S):
                state = _state(self._spool.call(call))
                if state.end is None and state.last_at >= now - SILENT_S:
                    continue
                self._spool.add(note("call.ended", telling.lose(call, state), now, call, f"{call} lost"))
                self._keep_state(call, state)
        self._spool.expire(now, self._days)


def _state(kept: bytes | None) -> CallState:
    return msgspec.json.decode(kept, type=CallState) if kept else CallState()
