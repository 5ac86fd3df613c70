"""Which gateway takes a call that Asterisk offers to all: the first that claims it. Whoever has more room is faster."""

import asyncio
from collections.abc import Callable

from gateway.admission.headroom import Headroom
from gateway.admission.places import Places
from gateway.ari.channels import Channels
from parley import log
from parley.errors import AriError

CALL_S = 0.002
"""So long is waited for each call that is here already: a gateway with fewer calls is faster."""
FULL_S = 0.15
"""So long a gateway that has no room waits for one that has. It claims the call then, perhaps to tell the caller so."""

_log = log.get("claims")


class Claims:
    """One gateway's."""

    def __init__(
        self,
        channels: Channels,
        headroom: Headroom,
        places: Places,
        active: Callable[[], int],
        *,
        closed: Callable[[], bool],
    ) -> None:
        """`active` counts the calls here; `closed` tells whether no more calls are taken."""
        self._channels = channels
        self._headroom = headroom
        self._places = places
        self._active = active
        self._closed = closed

    async def offered(self, channel: str, *, wanted: bool = True) -> None:
        """A call is offered; Asterisk tells by another event when it is ours. `wanted`: it needs a place of its
        own, and is not one too many.
        """
        if self._closed():
            return
        if not wanted or await self._room(channel):
            await asyncio.sleep(min(FULL_S / 2, self._active() * CALL_S))
        else:
            await asyncio.sleep(FULL_S)
            await self._room(channel)  # a call may have ended meanwhile
        if self._closed():  # since a moment
            return
        try:
            await self._channels.claim(channel)
        except AriError as error:
            _log.warning("a call could not be claimed", call=channel, error=str(error))

    async def _room(self, channel: str) -> bool:
        return not self._headroom.loaded() and await self._places.take(channel)
