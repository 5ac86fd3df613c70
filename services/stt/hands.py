"""How many jobs a worker has in hand: some at a time, and long ones beside them; and the threads of engines."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from parley import audio
from parley.errors import EngineError
from parley.job_queue import Delivery
from stt.transcriber import Samples

MOST_LONG = 16
"""Long jobs that wait for their next piece; each is a caller who has spoken for half a minute without a pause."""
STUCK_S = 15.0
STUCK_PER_S = 2.0
"""An engine that has been at work for so long (s), and for so long with each second of audio, will never be done: its
caller has been apologised to by then, on the busiest machine."""
_LOOK_S = 0.5


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


class Threads:
    """Threads on which engines work, for tenths of a second at a time: in order, and never on the event loop."""

    def __init__(self, name: str, count: int, begin: Callable[[], None] | None = None) -> None:
        """`begin` is called on each thread before its first work."""
        self._pool = ThreadPoolExecutor(count, name, begin)
        self.stuck = False
        """Whether an engine has not come back. It keeps its thread until the process ends."""

    async def run[Result](self, work: Callable[[Samples], Result], samples: Samples) -> Result:
        """Have an engine work on some audio; EngineError (`timeout`) when it is stuck. Waiting is no work."""
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def on_thread() -> Result:
            loop.call_soon_threadsafe(begun.set)
            return work(samples)

        future = asyncio.wrap_future(self._pool.submit(on_thread))
        try:
            await begun.wait()
            left_s = STUCK_S + STUCK_PER_S * audio.seconds(len(samples))
            while left_s > 0:  # by looks, not by the clock: while the whole process stands still none is made
                await asyncio.wait([future], timeout=_LOOK_S)
                if future.done():
                    return future.result()
                left_s -= _LOOK_S
        finally:
            future.cancel()
        self.stuck = True
        raise EngineError("timeout", f"an engine does not come back from {audio.seconds(len(samples)):.1f} s")

    def close(self) -> None:
        """Wait for what is at work."""
        self._pool.shutdown()
