"""The end of a call, which many may bring about."""

import asyncio


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

    async def wait(self) -> None:
        """Return when the call is to end."""
        await self._ended.wait()
