"""One thread that moves the audio of every call, so that nothing on the event loop can hold it up."""

import threading
import time

from caller.phone.line import Line

PERIOD_S = 0.010


class Pump:
    """Polls lines every 10 ms from `start` to `stop`."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="caller-pump", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it."""
        self._stopping.set()
        if self._thread:
            self._thread.join(1)

    def add(self, line: Line) -> None:
        """Take a line on."""
        self._lines = [*self._lines, line]

    def remove(self, line: Line) -> None:
        """Let a line go, and end what it was still saying."""
        self._lines = [other for other in self._lines if other is not line]
        line.hush()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.is_set():
            now = time.monotonic()
            for line in self._lines:
                line.poll(time.monotonic())
            due = max(due + PERIOD_S, now)
            time.sleep(max(0.0, due - time.monotonic()))
