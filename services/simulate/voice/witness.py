"""What the stack tells of its calls while they go on."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from parley import log
from parley.bus import EVENTS, Bus, BusError
from parley.messages import Event

_AGAIN_S = 0.5

_log = log.get("witness")


def unix_time(monotonic: float) -> float:
    """Turn seconds of CLOCK_MONOTONIC into Unix time, by which events are stamped."""
    return monotonic + (time.time() - time.monotonic())


class Witness:
    """Follows the stream of events while its task runs."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._events: list[Event] = []
        self._news = asyncio.Event()

    async def follow(self, after: str) -> None:
        """Read what comes after an entry, until cancelled."""
        while True:
            try:
                for entry_id, event in await self._bus.events(after, block_ms=1000):
                    after = entry_id
                    self._events.append(event)
            except BusError as error:
                _log.error("Redis is away", error=str(error))
                await asyncio.sleep(_AGAIN_S)
            self._news.set()

    def of(self, call: str, *kinds: str) -> list[Event]:
        """What was told of a call so far; of these kinds, or all."""
        return [e for e in self._events if e.call == call and (not kinds or e.kind in kinds)]

    @property
    def seen(self) -> int:
        """How much has been told."""
        return len(self._events)

    def begun(self, caller: str, seen: int) -> str:
        """The first call that this number began after the first `seen` events; empty: none yet."""
        news = self._events[seen:]
        mine = (e for e in news if e.kind == "call_started" and str(e.data.get("caller", "")) == caller)
        return next((e.call for e in mine), "")

    async def until(self, so: Callable[[], object], within: float) -> bool:
        """Wait until something is so, for so many seconds at most; return whether it is."""
        deadline = time.monotonic() + within
        while not so():
            self._news.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return bool(so())
        return True


@asynccontextmanager
async def watching(bus: Bus) -> AsyncIterator[Witness]:
    """A witness of what comes from now on; raise BusError."""
    witness = Witness(bus)
    following = asyncio.create_task(witness.follow(await bus.last_id(EVENTS)), name="events")
    try:
        yield witness
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
