"""The gateway's own tasks: reading what the workers answer, and readiness."""

import asyncio
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway import __main__ as main
from parley.bus import Bus, BusAway, down_stream
from parley.messages import AnyMessage, ReplyEnd
from parley.service import Service
from tests.fakes.bus import FakeBus


def answer(revision: int) -> ReplyEnd:
    return ReplyEnd(call="c", turn=1, revision=revision)


async def until(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  # the condition is anything at all
            await asyncio.sleep(0.01)


async def test_every_answer_is_handed_on_whatever_else_is_on_the_stream(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old answers are not; garbage and a Redis that is away for a moment cost nothing."""
    gateway = f"gw-{uuid.uuid4().hex}"
    await bus.publish(down_stream(gateway), answer(0))
    seen: list[AnyMessage] = []
    read, failures = bus.read, [BusAway[0]("away")]

    async def read_badly(*args: Any) -> Any:
        if seen and failures:
            raise failures.pop()
        return await read(*args)

    monkeypatch.setattr(bus, "read", read_badly)
    switchboard = cast(Any, SimpleNamespace(on_message=seen.append))
    reading = asyncio.create_task(main.read_down(bus, gateway, switchboard))
    await asyncio.sleep(0.1)
    try:
        await bus.publish(down_stream(gateway), answer(1))
        await until(lambda: seen)
        await bus._redis.xadd(down_stream(gateway), {"m": b"garbage"})
        for revision in (2, 3):
            await bus.publish(down_stream(gateway), answer(revision))
        await until(lambda: len(seen) == 3)
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    assert seen == [answer(1), answer(2), answer(3)]
    assert failures == []


@pytest.mark.parametrize("how", ["away", "hangs", None])
@pytest.mark.parametrize("connected", [True, False])
async def test_the_gateway_is_ready_with_both_asterisk_and_redis(
    how: str | None, connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "_PING_S", 0.05)
    service, bus = Service("gateway"), FakeBus()
    service.ready = how is not None
    if how:
        setattr(bus, how, True)
    switchboard = SimpleNamespace(ari=SimpleNamespace(connected=connected))
    watching = asyncio.create_task(main.watch_readiness(service, cast(Any, switchboard), cast(Any, bus)))
    await asyncio.sleep(0.1)
    watching.cancel()
    assert service.ready is (connected and how is None)


@pytest.mark.parametrize(("told_to_stop", "served_s"), [(True, 600.0), (False, 0.0)])
async def test_a_gateway_that_has_broken_leaves_its_calls_to_another_one_at_once(
    told_to_stop: bool, served_s: float
) -> None:
    service, done = Service("gateway"), []
    if told_to_stop:
        service.stopping.set()

    async def drain(grace_s: float) -> None:
        done.append(("drain", grace_s))

    async def close(_: float) -> None:
        done.append(("close", 0.0))

    await main.end_calls(service, cast(Any, SimpleNamespace(drain=drain, close=close)), 600.0)
    assert done == [("drain", served_s), ("close", 0.0)]
