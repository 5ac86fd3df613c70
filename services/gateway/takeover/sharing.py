"""How the gateways at one Asterisk share the calls: who lives, who takes a call that comes, and how many may come."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.admission.admission import AdmissionSettings
from gateway.admission.claims import Claims
from gateway.admission.headroom import Headroom
from gateway.admission.places import Places
from gateway.ari.channels import Channels
from gateway.takeover.peers import Peers
from parley.bus import BusError
from parley.gateways.book import Gateways

_FORGET_S = 1.0
"""A Redis that takes longer to forget a gateway has it found gone again by the next one that starts."""


class Own(Protocol):
    """This gateway's calls; see `roster.py`."""

    def counted(self) -> list[str]:
        """Calls that the limit is about."""

    def callers(self) -> list[str]:
        """Whose calls there are, all counted."""

    def own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Keep a task until it is done."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A gateway by its name, and by that of its ARI application."""

    gateway: str
    app: str


class Sharing:
    """One gateway's part in it."""

    def __init__(
        self,
        redis: Gateways,
        identity: Identity,
        admission: AdmissionSettings,
        channels: Channels,
        *,
        own: Own,
        take_over: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        """`take_over` lets the calls of a gateway that is gone, by name and application, go on here if it can."""
        self._redis = redis
        self._own = own
        self._take_over = take_over
        self._closed = False
        self.peers = Peers(
            redis,
            identity.gateway,
            identity.app,
            calls=self._active,
            callers=own.callers,
            on_lost=lambda gateway, app: own.own(self._inherit(gateway, app)),
        )
        self.headroom = Headroom(admission, self._active, lambda: self.peers.calls)
        self.places = Places(
            redis,
            identity.gateway,
            admission.max_calls,
            here=own.counted,
            others=lambda: self.peers.calls,
        )
        self._claims = Claims(
            channels, self.headroom, self.places, self._active, closed=lambda: self.peers.draining
        )

    def _active(self) -> int:
        return len(self._own.counted())

    async def run(self) -> None:
        """Tell the others of this gateway, and look at them, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.peers.run())
            tasks.create_task(self.places.run())
            tasks.create_task(self.headroom.run())

    def offered(self, channel: str, *, wanted: bool) -> None:
        """A call is offered to all gateways. `wanted`: it needs a place, and is not one too many."""
        self._own.own(self._claims.offered(channel, wanted=wanted))

    async def _inherit(self, gateway: str, app: str) -> None:
        # One that takes no more calls leaves them to one that does.
        if self.peers.draining and self.peers.ready:
            return
        if not await self._take_over(gateway, app):
            self.peers.look_again(gateway)
            return
        await self.places.tell()  # before theirs are free
        with suppress(BusError, TimeoutError):
            async with asyncio.timeout(_FORGET_S):
                await self._redis.forget(gateway)
