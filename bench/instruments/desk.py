"""The telephone desk of the benchmarks: makes real calls, and knows what the stack tells of each on `events`."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

from caller.settings import CallerSettings
from parley.bus import Bus
from parley.messages import Event
from parley.settings import load
from simulate.voice.telephone import Dialled, Telephone, telephone
from simulate.voice.witness import Witness, watching


@dataclass(frozen=True)
class Desk:
    """A telephone, and who sees what comes of its calls."""

    telephone: Telephone
    witness: Witness

    async def dial(self, extension: str) -> Dialled:
        """Call an extension; raise CallerError when it is refused or the stack tells nothing of it."""
        return await self.telephone.dial(extension)

    async def told(self, dialled: Dialled, kind: str, within: float) -> list[Event]:
        """What was told of a kind about a call, waited for so many seconds; nothing when none came in time."""
        await self.witness.until(lambda: self.witness.of(dialled.id, kind), within)
        return self.witness.of(dialled.id, kind)


@contextlib.asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """A desk at the Asterisk of the running stack, by the caller's settings; raise ParleyError."""
    settings = load(CallerSettings, os.environ)
    bus = Bus.connect(settings.redis_url)
    try:
        async with watching(bus) as witness, telephone(settings, "ulaw", witness) as phone:
            yield Desk(phone, witness)
    finally:
        await bus.close()
