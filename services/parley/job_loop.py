"""Takes the jobs of a stream one after the other, until it is asked to stop, whatever becomes of Redis meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from parley import log
from parley.bus import Bus, BusAway, BusError
from parley.errors import MessageError
from parley.job_queue import Delivery

_POLL_MS = 1000
"""Longest wait for a job; a stop takes effect after it."""
_PAUSE_S = 1.0
"""Between tries while Redis is away."""

_log = log.get("jobs")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a worker takes its jobs, and as whom."""

    stream: str
    group: str
    consumer: str
    claim_after_ms: int
    """A job whose worker has not been heard of for so long is taken over."""


async def take_jobs(
    bus: Bus,
    source: Source,
    do: Callable[[Delivery], Awaitable[None]],
    stopping: asyncio.Event,
    *,
    on_joined: Callable[[], None] = lambda: None,
    on_unreadable: Callable[[], None] = lambda: None,
) -> None:
    """Do one job after the other until `stopping` is set; the one in hand is finished first."""
    joined = False
    while not stopping.is_set():
        try:
            if not joined:
                await bus.join(source.stream, source.group)
                joined = True
                on_joined()
            await _next(bus, source, do, on_unreadable)
        except BusError as error:
            # Redis may have lost its data together with the group: then it is made again at once.
            joined = False
            away = isinstance(error, BusAway)
            what = "redis is away" if away else "redis refuses"
            _log.warning(what, stream=source.stream, error=str(error))
            await asyncio.sleep(_PAUSE_S if away else _PAUSE_S / 10)
    with suppress(BusError):
        await bus.leave(source.stream, source.group, source.consumer)


async def _next(
    bus: Bus, source: Source, do: Callable[[Delivery], Awaitable[None]], on_unreadable: Callable[[], None]
) -> None:
    try:
        delivery = await bus.take(
            source.stream,
            source.group,
            source.consumer,
            block_ms=_POLL_MS,
            claim_after_ms=source.claim_after_ms,
        )
    except MessageError as error:
        on_unreadable()
        _log.error("a job cannot be read", error=str(error))
        return
    if delivery is not None:
        await do(delivery)
