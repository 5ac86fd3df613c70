"""Looks for topics among lines of calls that are over, while no caller waits for this worker."""

import asyncio
import time
from collections.abc import Callable, Mapping

import numpy as np

from agent.insight import topics
from agent.knowledge.embedder import Embedder, Vectors
from agent.leisure import Leisure, one_by_one
from parley import log
from parley.agents import Agent, find
from parley.outside.over.topics import Grouped, Grouping, Groupings

_AT_ONCE = 4
"""Lines that are read together, in some 40 ms: a caller who comes meanwhile waits for them."""

_log = log.get("insight")


class Groupers:
    """Does so for this worker's agents."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        groupings: Groupings,
        embedder_of: Callable[[str], Embedder],
        busy: Callable[[], bool],
    ) -> None:
        """As those of Readers."""
        self._agents = agents
        self._groupings = groupings
        self._embedder_of = embedder_of
        self._leisure = Leisure(busy)

    async def run(self) -> None:
        """Look for ever."""
        await one_by_one(
            self._groupings,
            self._answer,
            _log,
            away="cannot take lines among which there may be topics",
            broke="topics could not be looked for",
        )

    async def _answer(self, asked: Grouping) -> None:
        if time.time() < asked.until:
            await self._groupings.answer(asked, await self._grouped(asked))

    async def _grouped(self, asked: Grouping) -> Grouped:
        known = find(self._agents, asked.agent)
        if known is None:
            return Grouped(result="unknown")
        agent = known.in_language(asked.language) if asked.language else known
        if agent.file.categories:  # they were named meanwhile
            return Grouped(result="grouped")
        model = self._embedder_of(agent.file.language)
        read: list[Vectors] = []
        for at in range(0, len(asked.lines), _AT_ONCE):
            if not await self._leisure.comes(asked.until):
                return Grouped(result="busy")
            read.append(await asyncio.to_thread(model.embed, asked.lines[at : at + _AT_ONCE], asked=True))
        if not read or not await self._leisure.comes(asked.until):
            return Grouped(result="busy" if read else "grouped")
        found = await asyncio.to_thread(
            topics.find,
            asked.lines,
            asked.calls,
            np.concatenate(read),
            model,
            language=agent.file.language,
            taken=asked.taken,
        )
        return Grouped(result="grouped", found=found)
