"""Follows the stream of events and exports each call when it is over.

An entry is acknowledged when its call was exported, and entries that were not are read again after a restart: no call
is lost, and none is two traces (see spans.py). While the receiver is away, the stream waits.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import chain

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from prometheus_client import Counter

from parley import log
from parley.bus import CALL_TTL_S, BusError
from parley.event_log import EventLog, LoggedEvent
from tracing.collector import AFTERWARDS, Collector, Finished
from tracing.spans import spans_of

TRACES = Counter("parley_traces", "Calls by what became of their trace: exported or dropped", ["outcome"])
GROUP = CONSUMER = "tracing"
TRIES = 5
"""A call that the receiver refuses so often is dropped: it may refuse just this one."""
_PAUSE_S = 1.0

_log = log.get("tracing")


class Tracer:
    """Carries calls from the stream to an OTLP receiver."""

    def __init__(self, events: EventLog, exporter: SpanExporter, *, pause_s: float = _PAUSE_S) -> None:
        """`pause_s`: between tries while Redis or the receiver is away; it doubles from try to try."""
        self._events = events
        self._exporter = exporter
        self._pause_s = pause_s
        self._collector = Collector()

    async def run(self, stopping: asyncio.Event, on_joined: Callable[[], None] = lambda: None) -> None:
        """Work until `stopping` is set."""
        own: str | None = None
        while not stopping.is_set():
            try:
                if own is None:
                    await self._events.join(GROUP)
                    self._collector = Collector()
                    own = "0"
                    on_joined()
                own = await self._next(own)
            except BusError as error:
                _log.warning("redis is away", error=str(error))
                own = None
                await asyncio.sleep(self._pause_s)

    async def _next(self, own: str) -> str:
        """Take some entries: first all that were taken before and not exported, then new ones (`own` empty)."""
        entries = await self._events.take(GROUP, CONSUMER, own=bool(own), after=own or "0")
        now = time.monotonic()
        no_part = [e.entry_id for e in entries if e.event is None or e.event.kind in AFTERWARDS]
        if no_part:
            await self._events.acknowledge(GROUP, no_part)
        over = [finished for entry in entries if (finished := self._collector.add(entry, now))]
        for finished in chain(over, self._collector.expired(now, 2 * CALL_TTL_S)):
            await self._export(finished)
            await self._events.acknowledge(GROUP, finished.entry_ids)
        return _last(entries) if own else ""

    async def _export(self, finished: Finished) -> None:
        spans = spans_of(finished.trace)
        for attempt in range(TRIES):
            if await asyncio.to_thread(self._send, spans):
                TRACES.labels("exported").inc()
                _log.info("trace exported", call=finished.trace.call, spans=len(spans))
                return
            await asyncio.sleep(self._pause_s * 2**attempt)
        TRACES.labels("dropped").inc()
        _log.error("trace dropped: the receiver does not take it", call=finished.trace.call)

    def _send(self, spans: Sequence[ReadableSpan]) -> bool:
        return self._exporter.export(spans) is SpanExportResult.SUCCESS


def _last(entries: Sequence[LoggedEvent]) -> str:
    return entries[-1].entry_id if entries else ""
