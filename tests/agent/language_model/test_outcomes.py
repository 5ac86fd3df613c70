"""Calls that are over, read by a worker on a real Redis."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from agent.language_model.outcomes import TOLD, Reading
from parley.agents import Agent
from parley.agents.schema import Outcome as Wanted
from parley.agents.schema import OutcomeField
from parley.bus import Bus
from parley.errors import EngineError
from parley.outside.outcomes import Outcome
from parley.privacy import masking
from tests.fakes.engines.llm import ScriptedLlm

ANSWER = '{"order": "4711", "phone": "+49 30 901820", "summary": "The order is late."}'


@pytest.fixture
def curious(shop: Agent) -> Agent:
    fields = {"order": OutcomeField(ask="Its number."), "phone": OutcomeField(ask="The caller's number.")}
    file = msgspec.structs.replace(shop.file, outcome=Wanted(fields=fields))
    return msgspec.structs.replace(shop, file=file)


def over(**fields: object) -> Outcome:
    values = {"id": uuid.uuid4().hex, "agent": "shop", "language": "en", "ended_at": 1_780_000_000.0}
    return msgspec.convert({**values, "until": time.time() + 60, **fields}, Outcome)


class Bench:
    """A worker, and the events that it tells."""

    def __init__(self, bus: Bus, agent: Agent, llm: ScriptedLlm) -> None:
        self.bus, self.agent, self.llm = bus, agent, llm
        self.busy: Callable[[], bool] = lambda: False
        self.told: asyncio.Queue[tuple[str, str, dict[str, Any]]] = asyncio.Queue()

    async def emit(self, kind: str, call: str, **data: Any) -> None:
        await self.told.put((kind, call, data))

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        ways = self.bus.commands().outcomes()
        reading = Reading(
            {"shop": self.agent},
            ways,
            self.bus.history,
            self.emit,
            llm_of=lambda _: self.llm,
            busy=self.busy,
        )
        task = asyncio.create_task(reading.run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def outcome(self, call: Outcome, *, said: bool = True) -> dict[str, Any]:
        """What is told of a call."""
        if said:
            words = "My order 4711 is late, my number is +49 30 901820."
            await self.bus.add_history(call.id, "user", words)
        async with self.at_work():
            assert await self.bus.commands().outcomes().leave(call)
            kind, name, data = await asyncio.wait_for(self.told.get(), 30)
        assert (kind, name, data.pop("agent"), data.pop("at")) == (
            "call_outcome",
            call.id,
            "shop",
            1_780_000_000.0,
        )
        return data


def counted(outcome: str) -> float:
    return TOLD.labels(outcome)._value.get()


async def test_a_call_is_read_when_it_is_over(bus: Bus, curious: Agent) -> None:
    before = counted("told")
    assert await Bench(bus, curious, ScriptedLlm(ANSWER)).outcome(over()) == {
        "fields": {"order": "4711", "phone": "+49 30 901820"},
        "summary": "The order is late.",
    }
    assert counted("told") == before + 1


async def test_what_is_masked_in_records_is_masked(
    bus: Bus, curious: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "current", lambda: masking.Masks(("telephone",)))
    told = await Bench(bus, curious, ScriptedLlm(ANSWER)).outcome(over())
    assert told["fields"] == {"order": "4711", "phone": "[telephone]"}


@pytest.mark.parametrize(
    ("llm", "said", "how"),
    [
        (ScriptedLlm(ANSWER), False, "nothing"),
        (ScriptedLlm("{}"), True, "nothing"),
        (ScriptedLlm("I cannot."), True, "failed"),
        (ScriptedLlm("{", error=EngineError("refused", "away")), True, "failed"),
    ],
)
async def test_of_what_is_not_known_that_is_told(
    bus: Bus, curious: Agent, llm: ScriptedLlm, said: bool, how: str
) -> None:
    before = counted(how)
    told = await Bench(bus, curious, llm).outcome(over(), said=said)
    assert (told, counted(how)) == ({"fields": {}, "summary": ""}, before + 1)


async def test_an_agent_that_wants_nothing_any_more_is_told_so(bus: Bus, shop: Agent) -> None:
    llm = ScriptedLlm(ANSWER)
    assert await Bench(bus, shop, llm).outcome(over()) == {"fields": {}, "summary": ""}
    assert llm.asked == []


async def test_callers_come_first(bus: Bus, curious: Agent) -> None:
    bench = Bench(bus, curious, ScriptedLlm(ANSWER))
    looks = iter([True, False, True, True])
    bench.busy = lambda: next(looks, False)
    assert (await bench.outcome(over()))["summary"] == "The order is late."


async def test_what_is_late_is_given_up(bus: Bus, curious: Agent) -> None:
    bench, before = Bench(bus, curious, ScriptedLlm(ANSWER)), counted("late")
    bench.busy = lambda: True
    told = await bench.outcome(over(until=time.time() + 0.3))
    assert (told, counted("late")) == ({"fields": {}, "summary": ""}, before + 1)
    assert bench.llm.asked == []


async def test_no_more_wait_than_can_be_read(bus: Bus) -> None:
    ways = bus.commands().outcomes()
    left = [await ways.leave(over()) for _ in range(21)]
    await bus._redis.delete("jobs:outcome")
    assert left == [True] * 20 + [False]
