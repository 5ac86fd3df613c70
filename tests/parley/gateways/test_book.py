"""What gateways tell each other, on a real Redis: places for calls, heirs, and who is forgotten."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from parley.bus import Bus
from parley.gateways.book import PLACES, SIGNS, Calls, Gateways


@pytest.fixture
async def redis(bus: Bus) -> AsyncIterator[Gateways]:
    await bus._redis.delete(PLACES, SIGNS)
    yield bus.gateways()
    await bus._redis.delete(PLACES, SIGNS)


async def places(redis: Gateways) -> dict[str, str]:
    found = await redis._redis.hgetall(PLACES)
    return {call.decode(): gateway.decode() for call, gateway in found.items()}


async def test_of_many_who_ask_at_a_time_no_more_get_a_place_than_there_are(redis: Gateways) -> None:
    asked = [redis.take_place(f"c{n}", Calls(f"g{n}", ()), most=6) for n in range(20)]
    assert sum(await asyncio.gather(*asked)) == 6
    assert len(await places(redis)) == 6


async def test_the_gateway_that_has_a_call_has_its_place(redis: Gateways) -> None:
    assert await redis.take_place("c1", Calls("a", ()), most=2)
    assert await redis.take_place("c1", Calls("b", ()), most=2)
    assert await places(redis) == {"c1": "a"}
    await redis.keep_places(Calls("b", ("c1",)))
    await redis.keep_places(Calls("a", (), ("c1",)))
    assert await places(redis) == {"c1": "b"}


async def test_a_place_is_free_when_its_call_is_over(redis: Gateways) -> None:
    await redis.keep_places(Calls("a", ("c1", "c2")))
    await redis.keep_places(Calls("b", ("c3",)))
    assert not await redis.take_place("c4", Calls("a", ("c1", "c2")), most=3)
    await redis.keep_places(Calls("a", ("c2",), ("c1", "c9")))
    assert await places(redis) == {"c1": "a", "c2": "a", "c3": "b"}
    assert await redis.take_place("c4", Calls("a", ("c2",)), most=3)
    assert await places(redis) == {"c2": "a", "c3": "b", "c4": "a"}


async def test_what_is_over_does_not_come_back_by_a_gateway_that_waits_for_it(redis: Gateways) -> None:
    await redis.keep_places(Calls("b", ("c1",)))
    await redis.keep_places(Calls("b", ()))
    await redis.keep_places(Calls("a", (), ("c1",)))
    assert await places(redis) == {}


async def test_a_place_is_given_back_whoever_has_taken_it(redis: Gateways) -> None:
    await redis.take_place("c1", Calls("a", ()), most=1)
    await redis.free_place("c1")
    assert await redis.take_place("c2", Calls("b", ()), most=1)


async def test_a_redis_that_has_lost_them_is_told_again(redis: Gateways) -> None:
    await redis.keep_places(Calls("a", ("c1",)))
    await redis._redis.delete(PLACES)
    assert not await redis.take_place("c2", Calls("a", ("c1",)), most=1)


async def test_the_places_of_a_gateway_that_is_gone_are_free_but_for_those_taken_over(
    redis: Gateways,
) -> None:
    await redis.beat("dead", b"{}")
    await redis.keep_places(Calls("dead", ("c1", "c2")))
    await redis.keep_places(Calls("heir", ("c1",)))
    await redis.forget("dead")
    assert await places(redis) == {"c1": "heir"}
    assert await redis.beat("heir", b"{}") == {"heir": b"{}"}


async def test_only_one_gateway_takes_a_call_over(redis: Gateways, name: str) -> None:
    assert await redis.inherit(name, "dead", "a")
    assert await redis.inherit(name, "dead", "a")
    assert not await redis.inherit(name, "dead", "b")
