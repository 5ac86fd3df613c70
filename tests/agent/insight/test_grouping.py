"""Topics are looked for by a worker with a real model on a real Redis."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agent.insight.grouping import Groupers
from agent.knowledge.embedder import MiniLm
from parley.agents import Agent
from parley.bus import Bus
from parley.outside.over.topics import Grouped, Grouping
from tests.agent.insight.test_topics import PARCELS


def asked(**fields: object) -> Grouping:
    values: dict[str, object] = {"id": uuid.uuid4().hex, "agent": "shop", "language": "", "lines": PARCELS}
    values |= {"calls": [*range(len(PARCELS))], "taken": [], "until": time.time() + 60}
    return Grouping(**{**values, **fields})  # type: ignore[arg-type]


@asynccontextmanager
async def grouping(
    redis_url: str, agent: Agent, model: MiniLm, busy: Callable[[], bool] = lambda: False
) -> AsyncIterator[Callable[[Grouping], "asyncio.Future[Grouped | None]"]]:
    bus = Bus.connect(redis_url)
    ways = bus.commands().groupings()
    task = asyncio.create_task(Groupers({"shop": agent}, ways, lambda _: model, busy).run())
    yield lambda question: asyncio.ensure_future(ways.ask(question, 10.0))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await bus.close()


async def test_topics_among_lines_are_told(redis_url: str, open_shop: Agent, model: MiniLm) -> None:
    async with grouping(redis_url, open_shop, model) as ask:
        told = await ask(asked())
        nothing = await ask(asked(lines=[], calls=[]))
    assert told is not None
    assert told.result == "grouped"
    (found,) = told.found
    assert found.topic.name.startswith("parcel")
    assert found.lines == [*range(len(PARCELS))]
    assert nothing == Grouped(result="grouped")


async def test_an_agent_whose_file_names_categories_has_none(
    redis_url: str, shop: Agent, model: MiniLm
) -> None:
    async with grouping(redis_url, shop, model) as ask:
        assert await ask(asked()) == Grouped(result="grouped")
        assert await ask(asked(agent="gone")) == Grouped(result="unknown")


async def test_callers_come_first(redis_url: str, open_shop: Agent, model: MiniLm) -> None:
    async with grouping(redis_url, open_shop, model, lambda: True) as ask:
        assert await ask(asked(until=time.time() + 0.3)) == Grouped(result="busy")
