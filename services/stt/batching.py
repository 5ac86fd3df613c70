"""What waits is decoded together: on a GPU a batch takes hardly longer than one utterance, on a CPU as long as all."""

import queue
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future

CLOSED_AFTER_S = 0.02
"""A batch waits so long for more: callers hear nothing of it."""


class Batcher[Request, Result]:
    """Collects the requests of many threads; each gets its own result."""

    def __init__(
        self,
        do: Callable[[Sequence[Request]], Sequence[Result]],
        alike: Callable[[Request], Hashable],
        *,
        most: int,
    ) -> None:
        """`do` makes the results of a batch in order; only requests that are `alike` share one, of `most`."""
        self._do = do
        self._alike = alike
        self._most = most
        self._waiting: queue.SimpleQueue[tuple[Request, Future[Result]]] = queue.SimpleQueue()
        # Ends with the process: a batch that is under way is of use to nobody then.
        threading.Thread(target=self._run, name="batch", daemon=True).start()

    def result(self, request: Request) -> Result:
        """Have a request done; blocks. Raises what its batch has raised."""
        future: Future[Result] = Future()
        self._waiting.put((request, future))
        return future.result()

    def _run(self) -> None:
        while True:
            groups: dict[Hashable, list[tuple[Request, Future[Result]]]] = {}
            for one in self._collect():
                groups.setdefault(self._alike(one[0]), []).append(one)
            for group in groups.values():
                self._answer(group)

    def _collect(self) -> list[tuple[Request, Future[Result]]]:
        found = [self._waiting.get()]
        closed_at = time.monotonic() + CLOSED_AFTER_S
        while len(found) < self._most:
            try:
                found.append(self._waiting.get(timeout=max(0.0, closed_at - time.monotonic())))
            except queue.Empty:
                break
        return found

    def _answer(self, group: list[tuple[Request, Future[Result]]]) -> None:
        try:
            results = self._do([request for request, _ in group])
        except Exception as error:
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
