"""One call's commands to Redis: in order and in the background, patient while Redis is away or full for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from parley import log
from parley.bus import BusAway, BusError, BusFull

Job = Callable[[], Awaitable[None]]

_JOB_S = 5.0
"""A command that takes longer is given up and made again."""
_RETRY_S = 0.2
_PATIENCE_S = 10.0
"""A command that could not be carried out for so long is dropped: what it was for is over."""

_log = log.get("jobs")


class Jobs:
    """The commands of one call. Whoever adds one never waits."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._queue: asyncio.Queue[tuple[float, Job] | None] = asyncio.Queue()

    def add(self, job: Job) -> None:
        """Have a command carried out after all those before it."""
        self._queue.put_nowait((time.monotonic(), job))

    def close(self) -> None:
        """Let `run` return once everything has been carried out."""
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Carry the commands out until `close`; one that fails is logged and does not stop the next."""
        while (entry := await self._queue.get()) is not None:
            try:
                await self._carry_out(*entry)
            except (BusError, TimeoutError) as error:
                _log.error("Redis refused", call=self._call, error=str(error) or type(error).__name__)
            except Exception:  # the call's other commands are worth no less
                _log.exception("a command to Redis broke", call=self._call)

    async def _carry_out(self, asked: float, job: Job) -> None:
        while True:
            try:
                async with asyncio.timeout(_JOB_S):
                    return await job()
            except (*BusAway, BusFull, TimeoutError):
                if time.monotonic() - asked > _PATIENCE_S:
                    raise
                await asyncio.sleep(_RETRY_S)
