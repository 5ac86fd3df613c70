"""What is done for a call while it goes on: a recording begun, a handover to people."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from gateway.calls.ending import Ending
from parley import log

_log = log.get("call")


class Chores:
    """Tasks of one call. One that fails ends it: a caller must not wait for what does not come."""

    def __init__(self, call: str, ending: Ending) -> None:
        self._call = call
        self._ending = ending
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Do something in the background."""
        task = asyncio.create_task(coroutine, name=f"chore-{self._call}")
        # The loop holds tasks weakly: without this set, one could be collected before it is done.
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the call failed", call=self._call, error=str(error))
            self._ending.end("failed")

    async def stop(self) -> None:
        """Give up what is not done."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
