"""How many jobs a worker has in hand: some at a time, and long ones beside them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from parley.job_queue import Delivery

MOST_LONG = 16
"""Long jobs that wait for their next piece; each is a caller who has spoken for half a minute without a pause."""


class Hands:
    """Begins jobs, and lets no more of them be taken than can be worked on."""

    def __init__(
        self,
        do: Callable[[Delivery], Coroutine[Any, Any, None]],
        is_long: Callable[[Delivery], bool],
        *,
        at_once: int,
    ) -> None:
        """`is_long` tells which jobs are worked on piece by piece, and do not count among those `at_once`."""
        self._do = do
        self._is_long = is_long
        self._at_once = at_once
        self._short: set[asyncio.Task[None]] = set()
        self._long: set[asyncio.Task[None]] = set()

    async def take(self, delivery: Delivery) -> None:
        """Begin this job, and come back when there is room for the next; raise what a job has raised."""
        lane = self._long if self._is_long(delivery) else self._short
        lane.add(asyncio.create_task(self._do(delivery), name=f"job {delivery.entry_id}"))
        while len(self._short) >= self._at_once or len(self._long) >= MOST_LONG:
            await self._some(asyncio.FIRST_COMPLETED)

    async def finish(self) -> None:
        """Wait until everything that was begun has been done."""
        await self._some(asyncio.ALL_COMPLETED)

    async def _some(self, when: str) -> None:
        if not (tasks := self._short | self._long):
            return
        done, _ = await asyncio.wait(tasks, return_when=when)
        self._short -= done
        self._long -= done
        for task in done:
            task.result()
