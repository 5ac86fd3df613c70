"""Keeps where a chat is: what was written is kept before it is acknowledged, and every change soon after it."""

import asyncio
from collections.abc import Awaitable, Callable

from parley import log
from parley.bus import BusError

_AGAIN_S = 1.0

_log = log.get("keeper")


class Forgotten(Exception):
    """Nothing is kept of a chat any more: it is over."""


class Keeper:
    """One chat's."""

    def __init__(self, save: Callable[[], Awaitable[bool]]) -> None:
        """`save` has the present state kept; False: it was forgotten meanwhile."""
        self._save = save
        # A newer state is never overtaken by an older one.
        self._saving = asyncio.Lock()
        self._due = asyncio.Event()

    def changed(self) -> None:
        """Have it kept soon."""
        self._due.set()

    async def now(self) -> None:
        """Keep it before this returns; raise Forgotten, or BusError."""
        async with self._saving:
            if not await self._save():
                raise Forgotten

    async def run(self) -> None:
        """Keep every change, until there is nothing to keep any more."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self.now()
            except Forgotten:
                return
            except BusError as error:
                _log.warning("where a chat is could not be kept", error=str(error))
                await asyncio.sleep(_AGAIN_S)
                self._due.set()
