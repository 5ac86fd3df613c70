"""Whether the agent could answer a call that comes now: an outage is better met by people than by silence.

What a call needs beside Asterisk is looked at once a second: that Redis answers, and that of either kind at least one
worker was heard of. And there is the outage switch (`make outage`), which sends all calls to people by hand.
"""

import asyncio
import time
from typing import Literal

from prometheus_client import Gauge

from parley import log
from parley.bus import AGENT_JOBS, STT_JOBS, Bus, BusError

Lack = Literal["redis", "stt", "agent", "outage"]

THERE = Gauge(
    "parley_call_part_up", "Whether what calls need was heard of lately (1) or not (0), by part", ["part"]
)
OUTAGE = Gauge("parley_outage", "Whether the outage switch sends all calls to people (1) or not (0)")

LOOK_S = 1.0
ANSWER_S = 1.0
"""A Redis that takes longer has not answered this time."""
REDIS_GONE_S = 2.5
"""A Redis that is started anew answers within a second."""
WORKER_GONE_S = 5.0
"""A worker asks for work twice a second; a busy machine may keep it from that for a moment."""
_GROUPS: dict[Lack, str] = {"stt": STT_JOBS, "agent": AGENT_JOBS}
"""Workers, whose consumer group has their name, and the streams of their jobs."""

_log = log.get("readiness")


class Readiness:
    """Looks, and says what is lacking. Times are monotonic seconds."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._seen: dict[Lack, float] = {}
        """When a part was there last; nothing is lacking before anybody has looked for it."""
        self._outage = False
        self._lacked: Lack | None = None

    def lacking(self, now: float | None = None) -> Lack | None:
        """Why calls must go to people now; None: they need not."""
        now = time.monotonic() if now is None else now
        if self._outage:
            return "outage"
        if now - self._seen.get("redis", now) > REDIS_GONE_S:
            return "redis"  # of the workers nothing is known then
        gone = (part for part in _GROUPS if now - self._seen.get(part, now) > WORKER_GONE_S)
        return next(gone, None)

    async def run(self) -> None:
        """Look again and again, for ever. At first everything counts as there: the others have started before."""
        began = time.monotonic()
        self._seen = {"redis": began, "stt": began, "agent": began}
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Look once; what cannot be seen is as it was seen last."""
        try:
            async with asyncio.timeout(ANSWER_S):
                self._outage = await self._bus.outage()
                idle = {part: await self._bus.idle_s(stream, part) for part, stream in _GROUPS.items()}
        except (BusError, TimeoutError) as error:
            _log.debug("Redis is away", error=str(error))
        else:
            self._note(idle, time.monotonic())
        self._tell()

    def _note(self, idle: dict[Lack, float | None], now: float) -> None:
        self._seen["redis"] = now
        for part, seconds in idle.items():
            if seconds is not None:
                # Never earlier than before: a clock that jumps makes a worker look idle that was just heard of.
                self._seen[part] = max(self._seen.get(part, 0.0), now - seconds)

    def _tell(self) -> None:
        now = time.monotonic()
        for part, seen in self._seen.items():
            THERE.labels(part).set(now - seen <= (REDIS_GONE_S if part == "redis" else WORKER_GONE_S))
        OUTAGE.set(self._outage)
        lack = self.lacking(now)
        if lack != self._lacked:
            self._lacked = lack
            if lack is None:
                _log.info("the agent answers calls again")
            else:
                _log.error("calls go to people: the agent cannot answer them", lacking=lack)
