"""The end of a call, which many may bring about."""

import asyncio

from gateway.ari.channels import SORRY, Channels
from parley import log
from parley.errors import AriError

MOVED = "moved"
"""How a call ends here that goes on at another gateway."""

_log = log.get("call")


class Ending:
    """Whether a call is to end, and why. The first reason counts: what follows is a consequence of it."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self.outcome = ""
        """Empty until the call ends."""

    def end(self, outcome: str) -> None:
        """End the call, unless it ends already."""
        if not self.outcome:
            self.outcome = outcome
        self._ended.set()

    async def within(self, seconds: float) -> bool:
        """Return whether the call is to end within that time, as soon as it is."""
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def wait(self) -> None:
        """Return when the call is to end."""
        await self._ended.wait()


async def say_sorry(channels: Channels, call: str, language: str) -> None:
    """Asterisk's own voice, when there is no other: nobody is hung up on without a word."""
    try:
        await channels.play(call, SORRY, language)
    except AriError as error:
        _log.info("no sound could be played", error=str(error))
