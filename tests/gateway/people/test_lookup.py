"""Who calls: in time for the greeting, too late for it, or not at all; over a real Redis."""

import asyncio
import uuid

import msgspec
import pytest

from gateway.people import lookup as module
from gateway.people.lookup import LOOKUPS, CallerLookup
from parley.agents import Agent, AgentFile
from parley.agents.schema import Lookup as Service
from parley.bus import Bus
from parley.messages import Role
from parley.outside.lookups import LookupAnswer

SERVICE = Service(
    url="https://crm.example/", fields={"name": "", "order": ""}, timeout_s=5.0, greeting="Hello {name}."
)
JANE = LookupAnswer(result="known", fields={"name": "Mrs. Doe"})


class Bench:
    """One call's lookup, and all that it remembers."""

    def __init__(self, bus: Bus, caller: str, service: Service | None, *, wanted: bool = True) -> None:
        file = AgentFile(company="Shop", extensions=("100",), greeting="Hello.", persona="p", lookup=service)
        self.bus = bus
        self.remembered: list[tuple[str, str]] = []
        self.lookup = CallerLookup(
            uuid.uuid4().hex,
            caller,
            "100",
            Agent(name="shop", file=file),
            bus=bus,
            remember=self._remember,
            wanted=wanted,
        )

    def _remember(self, role: Role, text: str) -> None:
        self.remembered.append((role, text))

    async def answer(self, answer: LookupAnswer) -> None:
        """Answer as a worker does."""
        ways = self.bus.commands().lookups()
        asked = await ways.take(30)
        assert asked is not None
        assert (asked.agent, asked.caller, asked.called) == ("shop", "+4930123", "100")
        await ways.answer(asked, answer)


def counted(outcome: str) -> float:
    return LOOKUPS.labels(outcome)._value.get()


@pytest.mark.parametrize(
    ("answer", "greeting"),
    [
        (JANE, "Hello Mrs. Doe."),
        (LookupAnswer(result="known", fields={"order": "4711"}), ""),
        (LookupAnswer(result="unknown"), ""),
        (LookupAnswer(result="failed"), ""),
    ],
)
async def test_the_greeting_names_who_is_known(bus: Bus, answer: LookupAnswer, greeting: str) -> None:
    bench, before = Bench(bus, "+4930123", SERVICE), counted(answer.result)
    asked = asyncio.create_task(bench.lookup.run())
    await bench.answer(answer)
    await asked
    await bench.lookup.wait()
    assert bench.lookup.greeting == greeting
    known = [("known", msgspec.json.encode(answer.fields).decode())] if answer.result == "known" else []
    assert bench.remembered == known
    assert counted(answer.result) == before + 1


async def test_what_comes_after_the_greeting_is_remembered(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.01)
    bench, before = Bench(bus, "+4930123", SERVICE), counted("late")
    asked = asyncio.create_task(bench.lookup.run())
    await bench.lookup.wait()
    assert (bench.lookup.greeting, bench.remembered) == ("", [])
    await bench.answer(JANE)
    await asked
    assert bench.remembered == [("known", '{"name":"Mrs. Doe"}')]
    assert counted("late") == before + 1


async def test_a_greeting_that_names_nobody_is_for_those_who_are_known(bus: Bus) -> None:
    bench = Bench(bus, "+4930123", msgspec.structs.replace(SERVICE, greeting="Good to hear you again."))
    assert bench.lookup.greeting == ""
    asked = asyncio.create_task(bench.lookup.run())
    await bench.answer(JANE)
    await asked
    assert bench.lookup.greeting == "Good to hear you again."


async def test_nobody_answers(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAY_S", 0.0)
    bench, before = Bench(bus, "1000", msgspec.structs.replace(SERVICE, timeout_s=0.1)), counted("failed")
    await bench.lookup.run()
    assert (bench.remembered, counted("failed")) == ([], before + 1)
    assert await bus._redis.llen("jobs:lookup") == 0


async def test_redis_is_away() -> None:
    bus = Bus.connect("redis://127.0.0.1:1/0")
    bench, before = Bench(bus, "1000", SERVICE), counted("failed")
    await bench.lookup.run()
    await bench.lookup.wait()
    assert (bench.lookup.greeting, counted("failed")) == ("", before + 1)
    await bus.close()


@pytest.mark.parametrize(
    ("caller", "service", "wanted"),
    [("", SERVICE, True), ("canary", SERVICE, True), ("1000", None, True), ("1000", SERVICE, False)],
)
async def test_nobody_is_asked(bus: Bus, caller: str, service: Service | None, wanted: bool) -> None:
    bench = Bench(bus, caller, service, wanted=wanted)
    await bench.lookup.run()
    await bench.lookup.wait()
    assert (bench.remembered, bench.lookup.greeting) == ([], "")
    assert await bus._redis.llen("jobs:lookup") == 0
