"""Reads what callers said in calls that are over, one call at a time, while no caller waits for this worker."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from prometheus_client import Counter

from agent.insight import sentiment, topics
from agent.insight.categories import Sorting
from agent.knowledge.embedder import Embedder
from agent.leisure import Leisure, one_by_one
from parley import log
from parley.agents import Agent, find
from parley.outside.over.topics import Topic
from parley.outside.readings import By, Read, Reading, Readings

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

_TELLING_S = 1.0
"""Before nobody waits any more the model's opinion must be there."""

Opinion = Callable[[Agent, str, Sequence[str], float], Awaitable[str | None]]
"""Of an agent's call, by its id, from what the caller said, until a Unix time: as language_model.afterwards."""

_log = log.get("insight")


class Readers:
    """Reads the calls of this worker's agents."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        readings: Readings,
        embedder_of: Callable[[str], Embedder],
        busy: Callable[[], bool],
        opinion: Opinion | None = None,
    ) -> None:
        """`embedder_of` gives the model that reads a language; `busy`: whether a caller waits for this worker.

        `opinion`: what a language model takes a call for, where that is unsure; None: it is not asked.
        """
        self._agents = agents
        self._readings = readings
        self._embedder_of = embedder_of
        self._leisure = Leisure(busy)
        self._opinion = opinion
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
        known = find(self._agents, call.agent)
        if known is None:
            return Read(result="unknown")
        agent = known.in_language(call.language) if call.language else known
        known_all = False
        while not known_all:
            if not await self._leisure.comes(call.until):
                return Read(result="busy")
            known_all = await asyncio.to_thread(self._sorting.learn, agent)
        odds: list[dict[str, float]] = []
        about: list[str | None] = []
        felt: list[float] = []
        for at in range(0, len(call.lines), _AT_ONCE):
            if not await self._leisure.comes(call.until):
                return Read(result="busy")
            lines = call.lines[at : at + _AT_ONCE]
            odds += await asyncio.to_thread(self._sorting.odds, agent, lines)
            about += await asyncio.to_thread(self._about, agent, lines, call.topics)
            felt += await asyncio.to_thread(self._felt, agent, lines)
        category, by = await self._chosen(agent, call, odds) if agent.file.categories else _of_topics(about)
        return Read(
            result="read",
            category=category,
            by=by,
            wishes=[place for place, name in enumerate(about) if name == ""],
            sentiment=felt,
        )

    async def _chosen(
        self, agent: Agent, call: Reading, odds: Sequence[Mapping[str, float]]
    ) -> tuple[str, By]:
        """One of the agent's categories, or empty; and by what."""
        if self._opinion is not None and self._sorting.doubts(odds):
            told = await self._opinion(agent, call.id, call.lines, call.until - _TELLING_S)
            if told is not None:
                return told, "model"
        category = self._sorting.chosen(odds)
        return category, "examples" if category else ""

    def _about(self, agent: Agent, lines: list[str], known: list[Topic]) -> list[str | None]:
        """As topics.about; nothing where the agent's file says what its callers want."""
        if agent.file.categories:
            return [None] * len(lines)
        language = agent.file.language
        return topics.about(lines, language, known, self._embedder_of(language))

    def _felt(self, agent: Agent, lines: list[str]) -> list[float]:
        language = agent.file.language
        return sentiment.sentiment(lines, language, self._embedder_of(language))


def _of_topics(about: Sequence[str | None]) -> tuple[str, By]:
    topic = topics.most(about)
    return topic, "topic" if topic else ""
