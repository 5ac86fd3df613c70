"""Gateways that tell of each other by a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from gateway.takeover import peers as module
from gateway.takeover.peers import Peers
from parley.bus import Bus
from parley.gateways.book import SIGNS


class Company:
    """Any number of gateways on one Redis, which look when they are told to."""

    def __init__(self, redis_url: str) -> None:
        self.url = redis_url
        self.buses: list[Bus] = []
        self.lost: list[tuple[str, str, str]] = []

    def add(self, name: str, *callers: str) -> Peers:
        self.buses.append(Bus.connect(self.url))
        return Peers(
            self.buses[-1].gateways(),
            name,
            f"parley-{name}",
            calls=lambda: len(callers),
            callers=lambda: callers,
            on_lost=lambda gateway, app: self.lost.append((name, gateway, app)),
        )


@pytest.fixture
async def them(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Company]:
    monkeypatch.setattr(module, "_ANSWER_S", 30.0)
    company = Company(redis_url)
    company.add("nobody")
    await company.buses[0]._redis.delete(SIGNS)
    yield company
    await company.buses[0]._redis.delete(SIGNS)
    for bus in company.buses:
        await bus.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # the condition is anything at all
            await asyncio.sleep(0.02)


async def look(*gateways: Peers) -> None:
    for gateway in gateways:
        await gateway.look()


async def test_they_know_of_each_other_and_of_whose_calls_there_are(them: Company) -> None:
    a, b = them.add("a", "1001", "1002"), them.add("b", "1001", "1001", "1003")
    await look(a, b, a)
    assert (a.ready, a.calls, a.calls_of("1001"), a.calls_of("1002")) == (True, 3, 2, 0)
    assert (b.ready, b.calls, b.calls_of("1002")) == (True, 2, 1)


async def test_one_that_drains_lives_and_takes_no_calls(them: Company) -> None:
    a, b = them.add("a"), them.add("b", "1001")
    b.draining = True
    await look(b, a)
    assert (a.ready, a.expected(), a.calls, them.lost) == (False, False, 1, [])


async def test_one_that_stops_says_so_and_then_nothing_more(them: Company) -> None:
    a, b = them.add("a"), them.add("b")
    await look(b, a)
    await b.leave()
    await look(b, a)
    assert them.lost == [("a", "b", "parley-b")]
    assert not a.expected()


async def test_one_that_has_died_is_found_gone(them: Company) -> None:
    a, b = them.add("a"), them.add("b")
    running = {peers: asyncio.create_task(peers.run()) for peers in (a, b)}
    try:
        await until(lambda: a.ready and b.ready)
        running[b].cancel()
        await until(lambda: them.lost)
        assert them.lost == [("a", "b", "parley-b")]
        assert a.expected()
    finally:
        for task in running.values():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_a_gateway_is_there_as_long_as_its_connection(them: Company) -> None:
    redis = them.buses[0].gateways()
    attended = redis.attend("b")
    await anext(attended)
    assert "b" in await redis.attending()
    await attended.aclose()
    async with asyncio.timeout(20):
        while "b" in await redis.attending():  # noqa: ASYNC110 - it is Redis's
            await asyncio.sleep(0.02)


async def test_without_redis_nobody_is_gone(them: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = them.add("a"), them.add("b")
    await look(b, a)

    async def away(gateway: str, sign: bytes) -> dict[str, bytes]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(a._redis, "beat", away)
    monkeypatch.setattr(module, "_ANSWER_S", 0.01)
    await look(*[a] * 20)
    assert (a.ready, them.lost) == (True, [])


async def test_what_cannot_be_read_tells_nothing(them: Company) -> None:
    await them.buses[0]._redis.hset(SIGNS, "old", b"?")
    a = them.add("a")
    await look(*[a] * 10)
    assert (a.ready, them.lost) == (False, [])
