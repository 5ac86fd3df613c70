"""What gateways tell each other, as one of them sees it; it can refuse, be away and hang with the rest of Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from parley.gateways.book import Calls


class FakeGateways:
    """`attempt` is Redis's own answer: it raises, or never comes, as long as Redis is not there."""

    def __init__(self, attempt: Callable[[], Awaitable[None]]) -> None:
        self._attempt = attempt
        self.signs: dict[str, bytes] = {}
        self.there: set[str] = set()
        """Those who listen."""
        self.heirs: dict[tuple[str, str], str] = {}
        self.places: dict[str, str] = {}
        """Gateways by the call that they have a place for."""

    async def beat(self, gateway: str, sign: bytes) -> dict[str, bytes]:
        await self._attempt()
        self.signs[gateway] = sign
        return dict(self.signs)

    async def attend(self, gateway: str) -> AsyncIterator[None]:
        await self._attempt()
        self.there.add(gateway)
        yield
        await asyncio.Event().wait()

    async def attending(self) -> set[str]:
        await self._attempt()
        return set(self.there)

    async def forget(self, gateway: str) -> None:
        await self._attempt()
        self.signs.pop(gateway, None)
        self.places = {call: whose for call, whose in self.places.items() if whose != gateway}

    async def inherit(self, call: str, dead: str, heir: str) -> bool:
        await self._attempt()
        return self.heirs.setdefault((call, dead), heir) == heir

    async def keep_places(self, calls: Calls) -> None:
        await self._attempt()
        self.places |= dict.fromkeys(calls.here, calls.gateway)
        mine = {*calls.here, *calls.awaited}
        self.places = {c: whose for c, whose in self.places.items() if c in mine or whose != calls.gateway}

    async def take_place(self, call: str, calls: Calls, most: int) -> bool:
        await self.keep_places(calls)
        if call not in self.places and len(self.places) >= most:
            return False
        self.places.setdefault(call, calls.gateway)
        return True

    async def free_place(self, call: str) -> None:
        await self._attempt()
        self.places.pop(call, None)
