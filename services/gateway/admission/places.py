"""Places for calls: as many as MAX_CALLS for all gateways together, counted in Redis, where one is taken in one step.

A gateway tells which calls it has whenever they change, and once a second, so that whatever Redis was not told or has
lost is right again. The places of one that has died are freed by whoever takes its calls over (`takeover/peers.py`).

While Redis does not answer, every gateway counts what it has and what the others have told last: calls are taken, and
the limit may be passed by those that come at several gateways until all calls go to people, 2.5 s later
(`readiness.py`).
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from gateway.admission.forgetting import drop_old
from parley import log
from parley.bus import BusError
from parley.gateways.book import Calls, Gateways

ANSWER_S = 0.3
"""A Redis that takes longer is not waited for: Asterisk offers a call for twice that time."""
AWAITED_S = 5.0
"""A place that was taken for a call is kept so long until the call is here."""
_EVERY_S = 1.0

_log = log.get("places")


class Places:
    """Those of one gateway. Times are monotonic seconds."""

    def __init__(
        self,
        redis: Gateways,
        gateway: str,
        most: int,
        *,
        here: Callable[[], Iterable[str]],
        others: Callable[[], int],
    ) -> None:
        """`most` places are there. `here` tells this gateway's calls, `others` how many the others have told."""
        self._redis = redis
        self._gateway = gateway
        self._most = most
        self._here = here
        self._others = others
        self._asked: dict[str, tuple[bool, float]] = {}
        """Whether a place was found for a call that was offered, and until when that counts."""
        self._one_at_a_time = asyncio.Lock()
        """What is told must not arrive after what is told later."""
        self._changed = asyncio.Event()

    def found(self, call: str) -> bool | None:
        """Whether a place was found for a call that was offered; None: nobody has looked for one."""
        found, _ = self._asked.get(call, (None, 0.0))
        return found

    async def take(self, call: str) -> bool:
        """Take a place for a call that is offered: whichever gateway takes it, it has one place."""
        self._asked.pop(call, None)  # it may be offered again
        try:
            async with asyncio.timeout(ANSWER_S), self._one_at_a_time:
                found = await self._redis.take_place(call, self._calls(call), self._most)
                self._note(call, found)  # before anything else is told
        except (BusError, TimeoutError) as error:
            found = self._counted() < self._most
            self._note(call, found)
            _log.warning("places are counted without Redis", found=found, error=str(error) or "no answer")
        return found

    def _note(self, call: str, found: bool) -> None:
        self._asked[call] = (found, time.monotonic() + AWAITED_S)

    async def give_back(self, call: str) -> None:
        """Give back what was taken for a call that is not taken after all."""
        found, _ = self._asked.pop(call, (False, 0.0))
        if found:
            with suppress(BusError, TimeoutError):  # it is so with what is told next
                async with asyncio.timeout(ANSWER_S):
                    await self._redis.free_place(call)

    def changed(self) -> None:
        """Say that calls have come or gone: it is told at once."""
        self._changed.set()

    async def run(self) -> None:
        """Tell which calls are here, for ever."""
        while True:
            self._changed.clear()
            await self.tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S):
                    await self._changed.wait()

    async def tell(self) -> None:
        """Tell which calls are here; while Redis is away, nobody is told."""
        with suppress(BusError, TimeoutError):
            async with asyncio.timeout(_EVERY_S), self._one_at_a_time:
                await self._redis.keep_places(self._calls())

    def _calls(self, *offered: str) -> Calls:
        here = tuple(self._here())
        for call in here:  # it has come; its end is the end of its place
            self._asked.pop(call, None)
        return Calls(self._gateway, here, (*offered, *self._awaited()))

    def _awaited(self) -> set[str]:
        drop_old(self._asked, time.monotonic())
        return {call for call, (found, _) in self._asked.items() if found}

    def _counted(self) -> int:
        return len(self._awaited() | set(self._here())) + self._others()
