"""What waits in Redis, told to Prometheus."""

import asyncio
import uuid
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY

from gateway.admission import backlog
from parley.bus import STT_JOBS, Bus, down_stream
from parley.messages import ReplyEnd


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_a_job_that_nobody_takes_shows_as_lag_and_grows_old(bus: Bus) -> None:
    group = uuid.uuid4().hex
    gateway = uuid.uuid4().hex
    await bus.join(STT_JOBS, group)
    before = (await bus.backlog(STT_JOBS)).lag[group]
    await bus.publish(STT_JOBS, ReplyEnd(call="c", turn=1, revision=1))
    await bus.publish(down_stream(gateway), ReplyEnd(call="c", turn=1, revision=1))
    await asyncio.sleep(0.02)
    await backlog.look(bus, gateway)
    assert value("parley_stream_lag", stream=STT_JOBS, group=group) == before + 1
    assert value("parley_stream_pending", stream=STT_JOBS, group=group) == 0
    assert (value("parley_stream_oldest_seconds", stream=STT_JOBS) or 0) >= 0.02
    assert value("parley_stream_length", stream="down") == 1
    assert (value("parley_redis_memory_bytes") or 0) > 0
    # Leave nothing behind for other tests of the same Redis.
    delivery = await bus.take(STT_JOBS, group, "w")
    assert delivery is not None
    await bus.finish(delivery, group)


@pytest.mark.parametrize(("port", "up"), [(None, 1), (1, 0)])
async def test_whether_redis_is_there(redis_url: str, port: int | None, up: int) -> None:
    bus = Bus.connect(f"redis://127.0.0.1:{port}/0" if port else redis_url)
    watching = asyncio.create_task(backlog.watch(bus, "g"))
    backlog.UP.set(1 - up)
    async with asyncio.timeout(10):
        while value("parley_redis_up") != up:  # noqa: ASYNC110  # Prometheus tells of nothing by itself
            await asyncio.sleep(0.02)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await bus.close()
