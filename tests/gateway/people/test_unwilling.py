"""Who wants no calls is never called again, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.people.unwilling import Unwilling
from parley.agents import Agent, AgentFile
from parley.bus import Bus
from tests.fakes.gateway.speech import NotingSpeech

SHOP = Agent(
    name="shop",
    file=AgentFile(company="Shop", extensions=("100", "+49 30 999"), greeting="Hello.", persona="p"),
)
NUMBER = "+4915112345678"


class Caller:
    """Somebody in a call, and what they are told."""

    agent = SHOP

    def __init__(self, bus: Bus, number: str) -> None:
        self.speech = NotingSpeech(SHOP)
        self.said: list[tuple[str, str]] = []
        self.steps: list[asyncio.Task[None]] = []
        self.unwilling = Unwilling(
            number,
            bus=bus,
            voice=self,
            answers=lambda: self,
            begin=self._begin,  # type: ignore[arg-type]
        )

    def _begin(self, step: Coroutine[Any, Any, None]) -> None:
        self.steps.append(asyncio.ensure_future(step))

    def emit(self, kind: str, **data: Any) -> None:
        self.speech.emit(kind, **data)

    def back(self, remark: str) -> None:
        self.said.append(("back", remark))

    def goodbye(self, remark: str) -> None:
        self.said.append(("goodbye", remark))

    async def wants_no_calls(self) -> None:
        self.unwilling.note()
        await asyncio.gather(*self.steps)


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    yield bus
    await bus.close()


@pytest.mark.parametrize("written", [NUMBER, "015112345678", "004915112345678"])
async def test_their_number_goes_on_the_list_and_leave_is_taken(bus: Bus, written: str) -> None:
    caller = Caller(bus, written)
    await caller.wants_no_calls()
    assert await bus.commands().ledger().unwanted_since(NUMBER) is not None
    assert caller.said == [("goodbye", SHOP.line("no_more_calls"))]
    assert caller.speech.events == [("do_not_call", {"outcome": "noted"})]


@pytest.mark.parametrize("number", ["", "1001"])
async def test_who_has_no_number_is_told(bus: Bus, number: str) -> None:
    caller = Caller(bus, number)
    await caller.wants_no_calls()
    assert caller.said == [("back", SHOP.line("no_calls_number"))]
    assert caller.speech.events == [("do_not_call", {"outcome": "no_number"})]
    assert await bus.commands().ledger().unwanted(0, 9) == []


async def test_what_could_not_be_noted_is_not_said_to_be() -> None:
    bus = Bus.connect("redis://127.0.0.1:1/0")
    caller = Caller(bus, NUMBER)
    await caller.wants_no_calls()
    await bus.close()
    assert caller.said == [("back", SHOP.file.apology)]
    assert caller.speech.events == [("do_not_call", {"outcome": "away"})]
