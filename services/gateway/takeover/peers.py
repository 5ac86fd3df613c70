"""The other gateways at this Asterisk: who lives, who takes calls, and who is gone. They tell by Redis.

Asterisk itself does not tell: an application whose gateway is gone stays in its list as long as it has channels.
"""

import asyncio
import time
from collections.abc import Callable

import msgspec
from prometheus_client import Counter, Gauge

from parley import log
from parley.bus import Bus, BusError

LIVING = Gauge("parley_gateway_peers", "Other gateways that live, as this one sees it")
LOST = Counter(
    "parley_gateway_peers_lost", "Other gateways that were found to be gone, with calls or without"
)
DRAINING = Gauge(
    "parley_gateway_draining", "Whether this gateway takes no more calls, and serves those it has"
)

_BEAT_S = 0.2
_SILENT_S = 1.5
"""A gateway that has told nothing for so long is gone, or hangs: its callers hear nothing. With less, calls would be
taken from one that is only late."""
_ANSWER_S = 0.5
"""A Redis that takes longer tells nothing about the others."""

_log = log.get("peers")


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway tells of itself."""

    app: str
    """Its ARI application."""
    calls: int
    """Calls that it has, of those that the limit is about."""
    draining: bool
    beat: int
    """Counts on: no clock is compared with another."""


class Peers:
    """Those of one gateway."""

    def __init__(
        self,
        bus: Bus,
        gateway: str,
        app: str,
        *,
        calls: Callable[[], int],
        on_lost: Callable[[str, str], None],
    ) -> None:
        """`calls` counts this gateway's own; `on_lost` gets the id and the application of a gateway that is gone."""
        self._bus = bus
        self._gateway = gateway
        self._app = app
        self._calls = calls
        self._on_lost = on_lost
        self._signs: dict[str, Sign] = {}
        self._heard: dict[str, float] = {}
        """When each of them told something new, in monotonic seconds."""
        self._buried: dict[str, Sign] = {}
        """The last that those who are gone have told: whoever tells more has come back."""
        self._looked = 0.0
        self._beat = 0
        self._gone = False
        self.draining = False
        """Whether this gateway takes no more calls."""

    @property
    def ready(self) -> bool:
        """Whether another gateway takes calls."""
        return any(not sign.draining for sign in self._signs.values())

    @property
    def calls(self) -> int:
        """Calls of the others."""
        return sum(sign.calls for sign in self._signs.values())

    async def run(self) -> None:
        """Tell and look, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(_BEAT_S)

    async def look(self) -> None:
        """Tell of ourselves, and see what the others have told."""
        if self._gone:
            return
        self._beat += 1
        sign = Sign(app=self._app, calls=self._calls(), draining=self.draining, beat=self._beat)
        DRAINING.set(self.draining)
        try:
            async with asyncio.timeout(_ANSWER_S):
                told = await self._bus.beat(self._gateway, msgspec.json.encode(sign))
        except (BusError, TimeoutError):
            return
        self._take(told, time.monotonic())

    def look_again(self, gateway: str) -> None:
        """Nobody has taken over what a gateway has left: find it gone once more."""
        self._buried.pop(gateway, None)

    async def leave(self) -> None:
        """Tell that this gateway is gone: what it has left of calls is the others'."""
        self._gone = True
        try:
            async with asyncio.timeout(_ANSWER_S):
                await self._bus.fall_silent(self._gateway)
        except (BusError, TimeoutError):  # they find out
            _log.warning("the other gateways were not told that this one is gone")

    def _take(self, told: dict[str, bytes], now: float) -> None:
        # While we did not look, because Redis was away or we hung, nobody could be heard.
        blind = now - self._looked > _SILENT_S / 2
        self._looked = now
        signs = _signs(told, self._gateway)
        known = self._signs
        self._signs = {name: sign for name, sign in signs.items() if self._buried.get(name) != sign}
        for gateway, sign in self._signs.items():
            if blind or known.get(gateway) != sign:
                self._heard[gateway] = now
        gone = {gateway: sign for gateway, sign in known.items() if gateway not in self._signs}
        silent = [gateway for gateway in self._signs if now - self._heard[gateway] > _SILENT_S]
        gone |= {gateway: self._signs.pop(gateway) for gateway in silent}
        for gateway, sign in gone.items():
            _log.warning("another gateway is gone", gateway=gateway, calls=sign.calls)
            self._buried[gateway] = sign
            LOST.inc()
            self._on_lost(gateway, sign.app)
        LIVING.set(len(self._signs))


def _signs(told: dict[str, bytes], own: str) -> dict[str, Sign]:
    signs = {}
    for gateway, body in told.items():
        try:
            sign = msgspec.json.decode(body, type=Sign)
        except msgspec.MsgspecError as error:  # of another version: whether it lives is not known
            _log.warning("a gateway tells what cannot be read", gateway=gateway, error=str(error))
            continue
        if gateway != own:
            signs[gateway] = sign
    return signs
