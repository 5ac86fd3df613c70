"""The telephone of simulated callers: the test caller's own SIP user, at which several calls may stand at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from caller.errors import CallFailed
from caller.phone.call import PhoneCall
from caller.phone.phone import Identity, Softphone
from caller.phone.rtp import Codec
from caller.settings import CallerSettings
from simulate.voice.witness import Witness

USER = "1000"
"""The SIP user; logs and records have it as the caller's number."""
_TOLD_S = 10.0
"""So long after the answer the gateway has to tell of the call."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call that stands, and its name inside the stack."""

    phone: PhoneCall
    id: str


class Telephone:
    """Dials; one call after the other, so that it is certain which of the stack's calls is which."""

    def __init__(self, phone: Softphone, witness: Witness) -> None:
        self._phone = phone
        self._witness = witness
        self._dialling = asyncio.Lock()

    async def dial(self, extension: str) -> Dialled:
        """Call an extension; raise CallerError when it is refused or the stack tells nothing of it."""
        async with self._dialling:
            seen = self._witness.seen
            call = await self._phone.dial(extension)
            await self._witness.until(lambda: self._witness.begun(USER, seen), _TOLD_S)
            name = self._witness.begun(USER, seen)
        if not name:
            await call.hangup()
            raise CallFailed(extension, 0, "the stack tells nothing of the call")
        return Dialled(call, name)

    @asynccontextmanager
    async def dialled(self, extension: str) -> AsyncIterator[Dialled]:
        """Call an extension as `dial` does; hangs up when left."""
        call = await self.dial(extension)
        try:
            yield call
        finally:
            await call.phone.hangup()


@asynccontextmanager
async def telephone(settings: CallerSettings, codec: Codec, witness: Witness) -> AsyncIterator[Telephone]:
    """A telephone that is registered; raise CallerError."""
    who = Identity(
        server=settings.server,
        user=USER,
        password=settings.password(USER),
        encrypted=settings.require_encryption,
    )
    async with Softphone(who, codec=codec) as phone:
        yield Telephone(phone, witness)
