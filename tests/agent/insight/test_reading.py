"""Calls that are over, read by a worker with a real model on a real Redis."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from agent.insight import topics
from agent.insight.categories import Sorting
from agent.insight.reading import READ, Opinion, Readers
from agent.knowledge.embedder import Embedder, MiniLm
from parley.agents import Agent
from parley.bus import Bus
from parley.outside.readings import Read, Reading
from tests.agent.insight.test_topics import LATER, PARCELS

LINES = [
    "Hello.",
    "How do I get my money back?",
    "The shoes that I want to return are too small.",
    "Great, thank you!",
    "Bye.",
]


def over(**fields: object) -> Reading:
    values: dict[str, object] = {"id": uuid.uuid4().hex, "agent": "shop", "language": "", "lines": LINES}
    return Reading(**{**values, "until": time.time() + 60, **fields})  # type: ignore[arg-type]


@asynccontextmanager
async def reading(
    redis_url: str,
    agent: Agent,
    model: Embedder,
    busy: Callable[[], bool] = lambda: False,
    opinion: Opinion | None = None,
) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    ways = bus.commands().readings()
    task = asyncio.create_task(Readers({"shop": agent}, ways, lambda _: model, busy, opinion).run())
    yield bus
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await bus.close()


async def read(bus: Bus, call: Reading) -> Read:
    answer = await bus.commands().readings().ask(call, 10.0)
    assert answer is not None
    return answer


async def test_a_call_is_read_as_a_whole_and_line_by_line(redis_url: str, shop: Agent, model: MiniLm) -> None:
    before = READ.labels("read")._value.get()
    async with reading(redis_url, shop, model) as bus:
        found = await read(bus, over())
        nothing = await read(bus, over(lines=[]))
    assert (found.result, found.category, len(found.sentiment)) == ("read", "returns", len(LINES))
    assert (found.by, found.wishes) == ("examples", [])
    assert all(-1 <= value <= 1 for value in found.sentiment)
    assert (nothing.result, nothing.category, nothing.sentiment) == ("read", "", [])
    assert READ.labels("read")._value.get() == before + 2


async def test_without_categories_lines_are_held_against_topics(
    redis_url: str, open_shop: Agent, model: MiniLm
) -> None:
    vectors = model.embed(PARCELS, asked=True)
    (parcel,) = topics.find(PARCELS, [*range(len(PARCELS))], vectors, model, language="en")
    lines = ["Hello.", LATER, "Do you sell elephants?", "Thank you very much."]
    async with reading(redis_url, open_shop, model) as bus:
        told = await read(bus, over(lines=lines, topics=[parcel.topic]))
        unknown = await read(bus, over(lines=lines))
    assert (told.category, told.by, told.wishes) == (parcel.topic.name, "topic", [2])
    assert (unknown.category, unknown.by, unknown.wishes) == ("", "", [1, 2])


async def test_where_the_examples_are_unsure_the_model_has_the_last_word(
    redis_url: str, shop: Agent, model: MiniLm, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    says: list[str | None] = ["repairs"]

    async def opinion(_agent: Agent, call: str, lines: Sequence[str], until: float) -> str | None:
        assert list(lines) == LINES
        assert until < sent.until
        asked.append(call)
        return says[-1]

    async with reading(redis_url, shop, model, opinion=opinion) as bus:
        for doubts, told, expected in (
            (False, "repairs", ("returns", "examples")),
            (True, "repairs", ("repairs", "model")),
            (True, "", ("", "model")),
            (True, None, ("returns", "examples")),
        ):
            monkeypatch.setattr(Sorting, "doubts", lambda _self, _lines, doubts=doubts: doubts)
            says.append(told)
            sent = over()
            read_so = await read(bus, sent)
            assert (read_so.category, read_so.by) == expected
            assert (sent.id in asked) is doubts


async def test_callers_come_first(redis_url: str, shop: Agent, model: MiniLm) -> None:
    async with reading(redis_url, shop, model, lambda: True) as bus:
        assert (await read(bus, over(until=time.time() + 0.3))).result == "busy"


async def test_an_agent_that_there_is_no_more_is_told(redis_url: str, shop: Agent, model: MiniLm) -> None:
    async with reading(redis_url, shop, model) as bus:
        assert (await read(bus, over(agent="gone"))).result == "unknown"


async def test_one_that_breaks_ends_nothing(
    redis_url: str, shop: Agent, model: MiniLm, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed, broken = model.embed, [True]

    def once(texts: list[str], *, asked: bool = False) -> object:
        if broken:
            broken.pop()
            raise RuntimeError("broken")
        return embed(texts, asked=asked)

    monkeypatch.setattr(model, "embed", once)
    async with reading(redis_url, shop, model) as bus:
        ways = bus.commands().readings()
        await ways.leave(over())
        assert (await read(bus, over())).result == "read"
    assert not broken
