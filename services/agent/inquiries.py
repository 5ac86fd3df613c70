"""Answers questions that belong to no call, one at a time, while no caller waits for this worker."""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping

import numpy as np

from agent import drafts
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import Vectors, alike
from agent.knowledge.index import Entry
from agent.knowledge.library import found_of
from agent.knowledge.reading.shelf import Known
from agent.leisure import Leisure, one_by_one
from agent.wishes import persons
from parley import log
from parley.agents import Agent
from parley.errors import AgentFileError
from parley.outside.inquiries import (
    Compared,
    Draft,
    Evidence,
    Fact,
    Inquiries,
    Inquiry,
    InquiryAnswer,
    ReadFile,
    Trial,
)

_SHOWN = 5
_FACTS = 200
"""Of a file; nobody looks at more."""
_AT_ONCE = 8
"""Questions that are read together, in some 50 ms."""
_BUSY = InquiryAnswer(result="busy")

_log = log.get("inquiries")


class Answering:
    """Answers for the agents of this worker."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        base: KnowledgeBase,
        inquiries: Inquiries,
        busy: Callable[[], bool],
    ) -> None:
        """`busy`: whether a caller waits for this worker."""
        self._agents = agents
        self._base = base
        self._inquiries = inquiries
        self._leisure = Leisure(busy)

    async def run(self) -> None:
        """Answer for ever."""
        await one_by_one(
            self._inquiries, self._answer, _log, away="cannot take questions", broke="a question broke"
        )

    async def _answer(self, inquiry: Inquiry) -> None:
        if time.time() < inquiry.until:
            await self._inquiries.answer(inquiry, await self._answered(inquiry))

    async def _answered(self, inquiry: Inquiry) -> InquiryAnswer:
        if not await self._leisure.comes(inquiry.until):
            return _BUSY
        agent = self._agents.get(inquiry.agent)
        if agent is None:
            return InquiryAnswer(result="unknown")
        spoken = agent.in_language(inquiry.language) if inquiry.language else agent
        if inquiry.draft is not None:
            return await self._compared(inquiry, spoken, inquiry.draft)
        if inquiry.questions:
            return await self._grouped(inquiry, spoken.file.language)
        if not inquiry.question:
            return self._read(agent, inquiry.file)
        trial = await asyncio.to_thread(try_out, self._base, spoken, inquiry.question)
        return InquiryAnswer(result="answered", trial=trial)

    def _read(self, agent: Agent, file: str) -> InquiryAnswer:
        """What was made of the agent's files, and the facts of one of them."""
        folder, shelf = agent.folder / "knowledge", self._base.shelf
        passages = shelf.passages(folder / file)[:_FACTS] if file else []
        facts = [Fact(text=passage.text, heading=passage.heading) for passage in passages]
        return InquiryAnswer(result="answered", files=files_of(shelf.known(folder)), facts=facts)

    async def _grouped(self, inquiry: Inquiry, language: str) -> InquiryAnswer:
        """Which questions mean the same, some read after the other: a caller waits for those at the most."""
        model = await asyncio.to_thread(self._base.embedder, language)
        read: list[Vectors] = []
        for some in itertools.batched(inquiry.questions, _AT_ONCE, strict=False):
            if not await self._leisure.comes(inquiry.until):
                return _BUSY
            read.append(await asyncio.to_thread(model.embed, some, asked=True))
        return InquiryAnswer(result="answered", groups=alike(np.concatenate(read), model.unlike))

    async def _compared(self, inquiry: Inquiry, agent: Agent, draft: Draft) -> InquiryAnswer:
        """What a draft would change, one question after the other: a caller waits for one at the most."""
        base, knowing = await asyncio.to_thread(drafts.with_draft, self._base, agent, draft)
        compared: list[Compared] = []
        for question in inquiry.questions:
            if not await self._leisure.comes(inquiry.until):
                return _BUSY
            before = await asyncio.to_thread(try_out, self._base, agent, question)
            after = await asyncio.to_thread(try_out, base, knowing, question)
            compared.append(Compared(before=before, after=after))
        return InquiryAnswer(result="answered", compared=compared)


def try_out(base: KnowledgeBase, agent: Agent, question: str) -> Trial:
    """What the agent would do with a question that begins a call; blocks."""
    wanted = base.people.wanted(question, agent.file.targets, agent.file.language)
    if wanted is not None and wanted.sure:
        return Trial(
            register="person", line="", action="transfer", target=wanted.target, known=0.0, evidence=[]
        )
    decision = base.ask(agent, question, ())
    found, _ = found_of(decision, agent)
    offers = wanted is not None and found.register != "say"
    return Trial(
        register="offer" if offers else found.register,
        line=persons.offer(agent, wanted.target) if wanted is not None and offers else found.line,
        action=found.action,
        target=found.target,
        known=round(decision.known, 3),
        evidence=[
            Evidence(
                text=hit.entry.said,
                source=_source(hit.entry),
                chance=round(hit.chance, 3),
                words=round(hit.words, 3),
                meaning=round(hit.meaning, 3),
            )
            for hit in decision.hits[:_SHOWN]
        ],
    )


def _source(entry: Entry) -> str:
    if entry.tool:
        return "tool"
    return entry.source if entry.curated is None else "curated"


def files_of(known: Mapping[str, Known]) -> dict[str, ReadFile]:
    """What was made of files, by their names."""
    return {name: _read(*version) for name, version in known.items()}


def _read(digest: str, read: int | AgentFileError) -> ReadFile:
    if isinstance(read, AgentFileError):
        return ReadFile(version=digest[:16], facts=0, complaint=read.reason)
    return ReadFile(version=digest[:16], facts=read, complaint="")
