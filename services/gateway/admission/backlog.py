"""What waits in Redis, for Prometheus. Every gateway tells the same of the shared streams: take the maximum."""

import asyncio

from prometheus_client import Gauge

from parley import log
from parley.bus import AGENT_JOBS, EVENTS, STT_JOBS, Bus, BusError, down_stream
from parley.job_queue import Backlog

UP = Gauge("parley_redis_up", "Whether Redis answered this gateway last time (1) or not (0)")
MEMORY = Gauge("parley_redis_memory_bytes", "Memory that Redis uses")
MEMORY_LIMIT = Gauge("parley_redis_memory_limit_bytes", "Memory that Redis may use; 0: no limit")
LENGTH = Gauge(
    "parley_stream_length",
    "Entries of a stream: jobs:stt, jobs:agent, events, down (to this gateway)",
    ["stream"],
)
OLDEST = Gauge(
    "parley_stream_oldest_seconds",
    "Age of the first entry of a stream of jobs, which are deleted when they are done",
    ["stream"],
)
PENDING = Gauge(
    "parley_stream_pending", "Entries that a group's readers have taken and not finished", ["stream", "group"]
)
LAG = Gauge("parley_stream_lag", "Entries that none of a group's readers has taken", ["stream", "group"])

_EVERY_S = 2.0
_ANSWER_S = 2.0
"""A Redis that takes longer is not there."""

_log = log.get("backlog")


async def watch(bus: Bus, gateway: str) -> None:
    """Look again and again, for ever."""
    while True:
        try:
            async with asyncio.timeout(_ANSWER_S):
                await look(bus, gateway)
            UP.set(1)
        except (BusError, TimeoutError) as error:
            UP.set(0)
            _log.debug("Redis is away", error=str(error))
        await asyncio.sleep(_EVERY_S)


async def look(bus: Bus, gateway: str) -> None:
    """Read everything once; raise BusError."""
    used, limit = await bus.memory()
    MEMORY.set(used)
    MEMORY_LIMIT.set(limit)
    for stream in (STT_JOBS, AGENT_JOBS):
        found = await bus.backlog(stream)
        OLDEST.labels(stream).set(found.oldest_s)
        _tell(stream, found)
    _tell(EVENTS, await bus.backlog(EVENTS))
    _tell("down", await bus.backlog(down_stream(gateway)))


def _tell(stream: str, backlog: Backlog) -> None:
    LENGTH.labels(stream).set(backlog.length)
    for group, count in backlog.pending.items():
        PENDING.labels(stream, group).set(count)
    for group, count in backlog.lag.items():
        LAG.labels(stream, group).set(count)
