"""What the stack tells of its calls while they go on."""

import asyncio
import time
from collections.abc import Callable

from parley import log
from parley.bus import Bus, BusError
from parley.messages import Event

_AGAIN_S = 0.5

_log = log.get("witness")


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
