"""Reads what callers said in calls that are over, one call at a time, while no caller waits for this worker."""

import asyncio
import time
from collections.abc import Callable, Mapping

from prometheus_client import Counter

from agent.insight import sentiment
from agent.insight.categories import Sorting
from agent.knowledge.embedder import Embedder
from agent.leisure import Leisure, one_by_one
from parley import log
from parley.agents import Agent
from parley.outside.readings import Read, Reading, Readings

READ = Counter(
    "parley_calls_read_total",
    "Calls that were over and to be read, by what came of it: read, busy (callers came first all the time), unknown "
    "(there is no such agent any more).",
    ["outcome"],
)
for _outcome in ("read", "busy", "unknown"):  # counted from nought
    READ.labels(_outcome)

_AT_ONCE = 4
"""Lines that are read together, in some 40 ms: a caller who comes meanwhile waits for them."""

_log = log.get("insight")


class Readers:
    """Reads the calls of this worker's agents."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        readings: Readings,
        embedder_of: Callable[[str], Embedder],
        busy: Callable[[], bool],
    ) -> None:
        """`embedder_of` gives the model that reads a language; `busy`: whether a caller waits for this worker."""
        self._agents = agents
        self._readings = readings
        self._embedder_of = embedder_of
        self._leisure = Leisure(busy)
        self._sorting = Sorting(embedder_of)

    async def run(self) -> None:
        """Read for ever."""
        await one_by_one(
            self._readings,
            self._answer,
            _log,
            away="cannot take calls that are over",
            broke="a call could not be read",
        )

    async def _answer(self, call: Reading) -> None:
        if time.time() < call.until:
            read = await self._read(call)
            READ.labels(read.result).inc()
            await self._readings.answer(call, read)

    async def _read(self, call: Reading) -> Read:
        known = self._agents.get(call.agent)
        if known is None:
            return Read(result="unknown")
        agent = known.in_language(call.language) if call.language else known
        known_all = False
        while not known_all:
            if not await self._leisure.comes(call.until):
                return Read(result="busy")
            known_all = await asyncio.to_thread(self._sorting.learn, agent)
        odds: list[dict[str, float]] = []
        felt: list[float] = []
        for at in range(0, len(call.lines), _AT_ONCE):
            if not await self._leisure.comes(call.until):
                return Read(result="busy")
            lines = call.lines[at : at + _AT_ONCE]
            odds += await asyncio.to_thread(self._sorting.odds, agent, lines)
            felt += await asyncio.to_thread(self._felt, agent, lines)
        return Read(result="read", category=Sorting.chosen(odds), sentiment=felt)

    def _felt(self, agent: Agent, lines: list[str]) -> list[float]:
        language = agent.file.language
        return sentiment.sentiment(lines, language, self._embedder_of(language))
