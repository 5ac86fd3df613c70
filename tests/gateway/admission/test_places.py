"""Places for calls, of which two gateways know together."""

import asyncio
from typing import Any, cast

import pytest

from gateway.admission import places as module
from gateway.admission.places import Places
from tests.fakes.bus import FakeBus


class Gateway:
    """One that has calls, and the Redis that it shares."""

    def __init__(self, bus: FakeBus, name: str = "a", most: int = 3) -> None:
        self.here: list[str] = []
        self.others = 0
        shared = cast(Any, bus.gateways())
        self.places = Places(shared, name, most, here=lambda: self.here, others=lambda: self.others)

    async def take(self, *calls: str) -> list[bool]:
        return [await self.places.take(call) for call in calls]


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


async def test_there_are_as_many_as_calls_may_be(bus: FakeBus) -> None:
    gateway = Gateway(bus)
    assert await gateway.take("c1", "c2", "c3", "c4") == [True, True, True, False]
    assert [gateway.places.found(call) for call in ("c1", "c4", "c5")] == [True, False, None]


async def test_a_call_that_is_offered_to_two_gateways_has_one_place(bus: FakeBus) -> None:
    a, b = Gateway(bus, "a", most=2), Gateway(bus, "b", most=2)
    assert await a.take("c1") + await b.take("c1") == [True, True]
    b.here = ["c1"]
    await b.places.tell()
    await a.places.tell()
    assert bus.shared.places == {"c1": "b"}
    assert await a.take("c2", "c3") == [True, False]


async def test_two_gateways_that_look_at_a_time_find_no_place_twice(bus: FakeBus) -> None:
    a, b = Gateway(bus, "a", most=1), Gateway(bus, "b", most=1)
    found = await asyncio.gather(*(gateway.places.take(f"c{n}") for n, gateway in enumerate((a, b, a, b))))
    assert sum(found) == 1


async def test_one_that_was_taken_and_is_not_used_is_free_after_a_while(
    bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway(bus, most=1)
    monkeypatch.setattr(module, "AWAITED_S", -1.0)
    assert await gateway.take("c1", "c2") == [True, True]
    assert list(bus.shared.places) == ["c2"]


async def test_one_is_kept_while_its_call_is_on_its_way(bus: FakeBus) -> None:
    gateway = Gateway(bus, most=1)
    await gateway.take("c1")
    await gateway.places.tell()
    assert await gateway.take("c2") == [False]
    await gateway.places.give_back("c2")
    await gateway.places.give_back("c1")
    assert await gateway.take("c2") == [True]


async def test_one_is_free_when_its_call_is_over_however_short_that_was(bus: FakeBus) -> None:
    gateway = Gateway(bus, most=1)
    await gateway.take("c1")
    gateway.here = ["c1"]
    await gateway.places.tell()
    gateway.here = []
    await gateway.places.tell()
    assert bus.shared.places == {}


@pytest.mark.parametrize("trouble", ["away", "hangs", "full", "refuses"])
async def test_without_redis_a_gateway_counts_what_it_knows(
    bus: FakeBus, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.01)
    monkeypatch.setattr(module, "_EVERY_S", 0.01)
    gateway = Gateway(bus)
    gateway.here, gateway.others = ["c0"], 1
    setattr(bus, trouble, True)
    assert await gateway.take("c1", "c2") == [True, False]
    await gateway.places.give_back("c1")
    assert await gateway.take("c2") == [True]
    await gateway.places.tell()
    setattr(bus, trouble, False)
    await gateway.places.tell()
    assert bus.shared.places == {"c0": "a"}


async def test_what_has_changed_is_told_at_once(bus: FakeBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY_S", 600.0)
    gateway = Gateway(bus)
    running = asyncio.create_task(gateway.places.run())
    try:
        async with asyncio.timeout(30):
            for calls in ("c1", "c2", "c3"), ("c2",), ():
                gateway.here = list(calls)
                gateway.places.changed()
                while bus.shared.places != dict.fromkeys(calls, "a"):  # noqa: ASYNC110 - the fake has no event
                    await asyncio.sleep(0)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
