"""`/events`: what happens in calls, while it happens, as Server-Sent Events (WHATWG HTML, section 9.2)."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from api.access.guard import admitted
from api.access.keys import Key, Keys
from api.problems import Problem, unavailable
from parley import log
from parley.bus import EVENTS, Bus, BusError
from parley.event_log import EventLog, LoggedEvent

MOST = 20
"""Streams at a time: each has a connection to Redis of its own."""
_QUIET_MS = 5000
"""After so long without an event the client is sent a sign of life, and the key is looked at again."""
_BEGIN = format_sse_event(comment="from now on", retry=2000)
_ALIVE = format_sse_event(comment="alive")

Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]

router = APIRouter(tags=["live"])
_log = log.get("stream")


class Streams:
    """The streams that are open."""

    def __init__(self, events: EventLog, keys: Keys) -> None:
        self._events = events
        self._keys = keys
        self._open = 0

    @property
    def full(self) -> bool:
        """Whether there are as many as there may be."""
        return self._open >= MOST

    async def told(self, key: Key, after: str, call: str) -> AsyncIterator[bytes]:
        """The bytes of one, until the client is gone, the key is revoked, or Redis is away: clients come again."""
        self._open += 1
        try:
            yield _BEGIN
            while await run_in_threadpool(self._keys.is_good, key):
                logged = await self._events.follow(after, _QUIET_MS)
                after = logged[-1].entry_id if logged else after
                yield b"".join(_line(item) for item in logged if _wanted(item, call)) or _ALIVE
        except BusError as error:
            _log.warning("a stream of events ends: Redis is away", error=str(error))
        finally:
            self._open -= 1


class EventStream(StreamingResponse):
    """An answer without an end."""

    media_type = "text/event-stream"


@router.get("/events", response_class=EventStream, status_code=200)
async def stream_events(
    key: Reader,
    request: Request,
    call: Annotated[
        str, Query(max_length=100, description="Only this call's.", examples=["1732287000.7"])
    ] = "",
    last: Annotated[
        str,
        Header(
            alias="Last-Event-ID",
            pattern="^([0-9]{1,15}-[0-9]{1,9})?$",
            description="Goes on after this event, as browsers do when a connection was lost.",
            examples=["1764338592250-0"],
        ),
    ] = "",
) -> EventStream:
    """What happens in calls from now on: each event has the call, its kind, its time and its data."""
    bus: Bus = request.app.state.bus
    streams: Streams = request.app.state.streams
    if streams.full:
        raise Problem(503, "busy", f"there are {MOST} streams open", headers={"Retry-After": "30"})
    try:
        after = last or await bus.last_id(EVENTS)
    except BusError as error:
        raise unavailable("Redis cannot be reached now") from error
    return EventStream(streams.told(key, after, call))


def _wanted(item: LoggedEvent, call: str) -> bool:
    return item.event is not None and (not call or item.event.call == call)


def _line(item: LoggedEvent) -> bytes:
    event = item.event
    assert event is not None
    data = {"call": event.call, "kind": event.kind, "at": event.at, "data": event.data}
    return format_sse_event(
        data_str=msgspec.json.encode(data).decode(), event=" ".join(event.kind.split()), id=item.entry_id
    )
