"""Parts of the running stack, broken on purpose and mended again."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import numpy as np

from parley import audio
from parley.bus import STT_JOBS, Bus
from parley.messages import Cancel, TranscribeJob
from tests.e2e.stack import containers, gateways, until_healthy

_BACKLOG = 100
"""Jobs that wait while a queue is filled: some ten seconds of work for two workers."""
_NOISE_S = 5


@asynccontextmanager
async def stt_stopped() -> AsyncIterator[None]:
    """No speech recognition."""
    async with _stopped("stt"):
        yield


@asynccontextmanager
async def ari_cut() -> AsyncIterator[None]:
    """Asterisk is gone, and with it the gateway's connection."""
    async with _stopped("asterisk"):
        yield
    for gateway in gateways():
        await until_healthy(gateway)


@asynccontextmanager
async def queue_filled() -> AsyncIterator[None]:
    """More work for stt than it can do: a call that nobody makes, whose noise is to be written down again and again."""
    bus = Bus.connect(os.environ["REDIS_URL"])
    call = f"filled-{time.time():.0f}"
    noise = (np.random.default_rng(1).standard_normal(audio.SAMPLE_RATE // 10) * 3000).astype(np.int16)
    for number in range(_NOISE_S * 10):
        await bus.append_audio(call, number * len(noise), noise)
    filling = asyncio.create_task(_fill(bus, call))
    try:
        yield
    finally:
        filling.cancel()
        with suppress(asyncio.CancelledError):
            await filling
        await bus.cancel(Cancel(call=call, revision=1 << 31))  # what is left is not worth a decode
        while (await bus.backlog(STT_JOBS)).length:  # noqa: ASYNC110  # Redis tells nobody
            await asyncio.sleep(0.2)
        await bus.close()


async def _fill(bus: Bus, call: str) -> None:
    revision = 0
    while True:
        waiting = (await bus.backlog(STT_JOBS)).length
        for _ in range(_BACKLOG - waiting):
            revision += 1
            await bus.publish(STT_JOBS, _job(call, revision))
        await asyncio.sleep(0.2)


def _job(call: str, revision: int) -> TranscribeJob:
    return TranscribeJob(
        call=call,
        gateway="nobody",
        agent="techstore",
        turn=1,
        revision=revision,
        start_sample=0,
        end_sample=_NOISE_S * audio.SAMPLE_RATE,
        queued_at=time.time(),
    )


@asynccontextmanager
async def _stopped(service: str) -> AsyncIterator[None]:
    broken = containers(service)
    await asyncio.gather(*(asyncio.to_thread(container.stop, timeout=10) for container in broken))
    try:
        yield
    finally:
        await asyncio.gather(*(asyncio.to_thread(container.start) for container in broken))
        for container in broken:
            await until_healthy(container)
