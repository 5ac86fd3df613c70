"""Threads for blocking inference, earliest deadline first.

Speech that a caller waits for goes before speech that is only made ahead: a call whose earlier audio still plays can
wait, one that hears silence cannot.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Any


class DeadlinePool:
    """A fixed number of threads that work off functions in the order of their deadlines."""

    def __init__(self, threads: int, name: str) -> None:
        self._heap: list[tuple[float, int, Callable[[], Any], Future[Any]]] = []
        self._number = itertools.count()
        self._changed = Condition()
        self._closed = False
        self._threads = [Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    async def run[T](self, due: float, function: Callable[[], T]) -> T:
        """Run a function on a thread; `due` is compared only with that of other functions.

        When the caller is cancelled, a function that has not begun never will.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise RuntimeError("the pool is closed")
            heapq.heappush(self._heap, (due, next(self._number), function, future))
            self._changed.notify()
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let the threads end after what they have in hand; the rest is cancelled."""
        with self._changed:
            self._closed = True
            for *_, future in self._heap:
                future.cancel()
            self._heap.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._heap and not self._closed:
                    self._changed.wait()
                if not self._heap:
                    return
                *_, function, future = heapq.heappop(self._heap)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # whatever it was belongs to the one who waits
                future.set_exception(error)
