"""Finds out that a part of the process hangs, says where, and ends the process, so that Docker starts it anew.

Whoever must not stop has a heart, which it beats: the event loop, the tick of the media plane. Docker restarts what
ends and not what hangs, so a hang that does not pass ends the process here. What even this thread cannot see, since
nothing runs at all (SIGSTOP, a C function that never gives Python's lock back), the health check of the container does
(`services/healthcheck`).
"""

import asyncio
import faulthandler
import os
import sys
import time
from collections.abc import Callable
from threading import Event, Thread

from prometheus_client import Gauge

from parley import log

LAG = Gauge("parley_event_loop_lag_seconds", "How late the event loop was at its last beat")

SICK_S = 5.0
"""A heart that has not beaten for so long makes the service unhealthy."""
DEAD_S = 15.0
"""... and after so long the process ends: no work that is meant to be done there takes a tenth of it."""
EX_SOFTWARE = 70
"""Exit status of sysexits.h: an internal fault."""
_BEAT_S = 0.5
_LOOK_S = 1.0

_log = log.get("watchdog")


class Heart:
    """Beaten by whoever must not stop. Any thread may beat it."""

    def __init__(self, name: str, now: float) -> None:
        self.name = name
        self.beaten_at = now

    def beat(self) -> None:
        """Say that it is alive."""
        self.beaten_at = time.monotonic()


class Watchdog:
    """Looks at all hearts once a second, on a thread of its own. `die` ends the process."""

    def __init__(self, die: Callable[[str], None] | None = None) -> None:
        self._die = die or _end
        self._hearts: list[Heart] = []
        self._looked_at = time.monotonic()
        self._stopped = Event()

    def heart(self, name: str) -> Heart:
        """Add somebody who must not stop from now on."""
        heart = Heart(name, time.monotonic())
        self._hearts.append(heart)
        return heart

    def sick(self, now: float | None = None) -> str:
        """Name a heart that has not beaten for SICK_S; empty when all are well. `now` in monotonic seconds."""
        return self._still(SICK_S, time.monotonic() if now is None else now)

    def look(self, now: float) -> None:
        """End the process when a heart has not beaten for DEAD_S."""
        late, self._looked_at = now - self._looked_at - _LOOK_S, now
        if late > SICK_S:
            # Nobody in this process ran, this thread neither: it was stopped, or the machine slept. All begin anew.
            for heart in self._hearts:
                heart.beaten_at = now
        elif dead := self._still(DEAD_S, now):
            self._die(dead)

    def end(self, name: str) -> None:
        """End the process at once: a part of it hangs, as somebody else has found out."""
        self._die(name)

    def start(self) -> None:
        """Begin to look."""
        Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Look no more: the service stops, and takes its time."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            self.look(time.monotonic())

    def _still(self, seconds: float, now: float) -> str:
        return next((heart.name for heart in self._hearts if now - heart.beaten_at > seconds), "")


async def beat(heart: Heart) -> None:
    """Beat the heart of the event loop that this runs on, for ever."""
    while True:
        due = time.monotonic() + _BEAT_S
        await asyncio.sleep(_BEAT_S)
        LAG.set(max(0.0, time.monotonic() - due))
        heart.beat()


def _end(name: str) -> None:
    _log.critical("a part of this process hangs: it ends, to be started anew", part=name)
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    sys.stderr.flush()
    os._exit(EX_SOFTWARE)
