"""The telephone desk of the benchmarks: makes real calls, and knows what the stack tells of each on `events`."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from caller.errors import CallFailed
from caller.phone.call import PhoneCall
from caller.phone.phone import Identity, Softphone
from caller.phone.rtp import Codec
from parley.bus import EVENTS, Bus
from parley.messages import Event

_SETUP_S = 5.0


def unix_time(monotonic: float) -> float:
    """Turn seconds of CLOCK_MONOTONIC into Unix time, by which events are stamped."""
    return monotonic + (time.time() - time.monotonic())


@dataclass
class Witness:
    """Follows the stream of events while its task runs."""

    bus: Bus
    events: list[Event] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, after: str) -> None:
        """Read until cancelled."""
        while True:
            for entry_id, event in await self.bus.events(after, block_ms=1000):
                after = entry_id
                self.events.append(event)
                self._news.set()

    async def wait_for(self, kind: str, seen: int, within: float, call: str | None = None) -> Event | None:
        """Return the first event of a kind among those after the first `seen`; None when none comes in time."""
        deadline = time.monotonic() + within
        while True:
            for event in self.events[seen:]:
                if event.kind == kind and call in (None, event.call):
                    return event
            self._news.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    def of(self, call: str, kind: str | None = None) -> list[Event]:
        """Return what was told of a call."""
        return [e for e in self.events if e.call == call and kind in (None, e.kind)]


@dataclass(frozen=True)
class Dialled:
    """A call that stands, and its name inside the stack."""

    phone: PhoneCall
    id: str


class Desk:
    """Dials; one at a time, so that it is certain which of the stack's calls is ours."""

    def __init__(self, phone: Softphone, witness: Witness) -> None:
        self._phone = phone
        self._lock = asyncio.Lock()
        self.witness = witness

    async def dial(self, extension: str) -> Dialled:
        """Call an extension; CallFailed when it is refused or the stack tells nothing of it."""
        async with self._lock:
            seen = len(self.witness.events)
            call = await self._phone.dial(extension)
            event = await self.witness.wait_for("call_started", seen, _SETUP_S)
            if event is None:
                await call.hangup()
                raise CallFailed(extension, 0, "the gateway told nothing of the call")
            return Dialled(call, event.call)


@contextlib.asynccontextmanager
async def desk(codec: Codec = "opus", user: str = "1000") -> AsyncIterator[Desk]:
    """A desk at the Asterisk of the running stack (SIP_SERVER, SIP_PORT, SIP_PASSWORD_1000, REDIS_URL)."""
    server = f"{os.environ.get('SIP_SERVER', 'asterisk')}:{os.environ.get('SIP_PORT') or 5060}"
    identity = Identity(server=server, user=user, password=os.environ.get(f"SIP_PASSWORD_{user}", ""))
    bus = Bus.connect(os.environ["REDIS_URL"])
    witness = Witness(bus)
    following = asyncio.create_task(witness.follow(await bus.last_id(EVENTS)))
    try:
        async with Softphone(identity, codec=codec) as phone:
            yield Desk(phone, witness)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await bus.close()
