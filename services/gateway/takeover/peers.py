"""The other gateways at this Asterisk: each tells by Redis that it lives, and listens there; see `vigil.py`."""

import asyncio
import time
from collections.abc import Callable, Iterable

import msgspec
from prometheus_client import Counter, Gauge

from gateway.takeover.vigil import Sign, Vigil
from parley import log
from parley.bus import BusError
from parley.gateways.book import Gateways

LIVING = Gauge("parley_gateway_peers", "Other gateways that live, as this one sees it")
LOST = Counter("parley_gateway_peers_lost", "Other gateways that were found to be gone without a word")
DRAINING = Gauge(
    "parley_gateway_draining", "Whether this gateway takes no more calls, and serves those it has"
)

_BEAT_S = 0.2
_ANSWER_S = 0.5
"""A Redis that takes longer tells nothing about the others."""

_log = log.get("peers")


class Peers:
    """Those of one gateway."""

    def __init__(
        self,
        redis: Gateways,
        gateway: str,
        app: str,
        *,
        calls: Callable[[], int],
        callers: Callable[[], Iterable[str]],
        on_lost: Callable[[str, str], None],
    ) -> None:
        """`calls` counts this gateway's own, `callers` tells whose they are; `on_lost` gets the id and the application
        of a gateway that is gone.
        """
        self._redis = redis
        self._gateway = gateway
        self._app = app
        self._calls = calls
        self._callers = callers
        self._on_lost = on_lost
        self._vigil = Vigil()
        self._beat = 0
        self._left = False
        self.draining = False
        """Whether this gateway takes no more calls."""

    @property
    def ready(self) -> bool:
        """Whether another gateway takes calls."""
        return any(not sign.draining for sign in self._vigil.living.values())

    @property
    def apps(self) -> list[str]:
        """Their applications."""
        return [sign.app for sign in self._vigil.living.values()]

    @property
    def calls(self) -> int:
        """Calls of the others."""
        return sum(sign.calls for sign in self._vigil.living.values())

    def calls_of(self, caller: str) -> int:
        """Calls of one number at the others."""
        return sum(sign.callers.count(caller) for sign in self._vigil.living.values())

    def expected(self) -> bool:
        """Whether another gateway takes calls, or has died so lately that it may be starting again."""
        return self.ready or self._vigil.may_return(time.monotonic())

    async def run(self) -> None:
        """Tell, listen and look, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            while True:
                await self.look()
                await asyncio.sleep(_BEAT_S)

    async def _listen(self) -> None:
        while True:
            try:
                async for _ in self._redis.attend(self._gateway):
                    self._vigil.listening(time.monotonic())
            except BusError as error:
                _log.debug("Redis is away", error=str(error))
            self._vigil.listening(None)
            await asyncio.sleep(_BEAT_S)

    async def look(self) -> None:
        """Tell of ourselves, and see what the others have told."""
        if self._left:
            return
        DRAINING.set(self.draining)
        try:
            async with asyncio.timeout(_ANSWER_S):
                told = await self._redis.beat(self._gateway, self._sign())
                attending = await self._redis.attending()
        except (BusError, TimeoutError):
            return
        told.pop(self._gateway, None)
        for gateway, sign in self._vigil.look(_signs(told), attending, time.monotonic()).items():
            self._lose(gateway, sign)
        LIVING.set(len(self._vigil.living))

    def _sign(self) -> bytes:
        self._beat += 1
        sign = Sign(
            app=self._app,
            calls=self._calls(),
            callers=tuple(self._callers()),
            draining=self.draining,
            left=self._left,
            beat=self._beat,
        )
        return msgspec.json.encode(sign)

    def _lose(self, gateway: str, sign: Sign) -> None:
        if sign.left:
            _log.info("another gateway has stopped", gateway=gateway)
        else:
            _log.warning("another gateway is gone", gateway=gateway, calls=sign.calls)
            LOST.inc()
        self._on_lost(gateway, sign.app)

    def look_again(self, gateway: str) -> None:
        """Nobody has taken over what a gateway has left: find it gone once more."""
        self._vigil.exhume(gateway)

    async def leave(self) -> None:
        """Tell that this gateway stops: what it has left of calls is the others'."""
        self._left = True
        try:
            async with asyncio.timeout(_ANSWER_S):
                await self._redis.beat(self._gateway, self._sign())
        except (BusError, TimeoutError):  # they find out
            _log.warning("the other gateways were not told that this one stops")


def _signs(told: dict[str, bytes]) -> dict[str, Sign]:
    signs = {}
    for gateway, body in told.items():
        try:
            signs[gateway] = msgspec.json.decode(body, type=Sign)
        except msgspec.MsgspecError as error:  # of another version: whether it lives is not known
            _log.warning("a gateway tells what cannot be read", gateway=gateway, error=str(error))
    return signs
