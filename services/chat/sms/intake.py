"""Texts that come in: each once, words of command obeyed, parts joined, a thread for each pair of numbers; and what is
written back in those.

A text is kept before `take` returns, so that a provider which is told so may forget it.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

import msgspec

from chat import measures
from chat.sms import words
from chat.sms.words import Word
from chat.talk.board import Line
from chat.talk.house import Full, House
from chat.talk.talk import Talk
from chat.talk.threads import Threads
from parley import log
from parley.agents import Agent, by_extension
from parley.bus import BusError
from parley.experiment import choice
from parley.languages import LineName
from parley.outside.inbox import Inbox, Part, Parts
from parley.outside.texts import Text, Texts, whom
from parley.telephone import numbers

MOST_CHARS = 2000
"""Of a text, as of a message on a page; the rest is not read."""
PARTS_S = 60.0
"""After so long a text is taken without the parts that are missing."""
_LOOK_S = 10.0
_AGAIN_S = 1.0
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_LINES: Mapping[Word, LineName] = {"stop": "text_stopped", "start": "text_started", "help": "text_help"}

_log = log.get("texts")


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A text, or a part of one."""

    id: str
    """The provider's, the same when it tells of it again."""
    sender: str
    number: str
    """That was written to."""
    text: str
    word: Word | None = None
    """What the provider has understood and answered itself."""
    reference: str = ""
    """The same for all parts of a text."""
    part: int = 1
    parts: int = 1


class NoAgent(Exception):
    """Nobody answers texts to this number."""


class TooMany(Exception):
    """The sender writes too often, or there is no room for another thread."""


class Limits(Protocol):
    """How often senders may write; see `web/visitors.py`."""

    def allows(self, sender: str) -> bool:
        """Count a message; return whether it is none too many."""


class Intake:
    """Takes texts in, and sends what is written back."""

    def __init__(
        self, house: House, agents: Mapping[str, Agent], limits: Limits, texts: Texts, inbox: Inbox
    ) -> None:
        self._house = house
        self._agents = agents
        self._limits = limits
        self._texts = texts
        self._inbox = inbox
        self._threads = Threads(house, "sms", self._send)
        # Two at once would begin two threads, or take the same text twice.
        self._taking = asyncio.Lock()

    async def run(self) -> None:
        """Send, and look after parts that wait for others, for ever."""
        self._threads.resume()
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.take_old(time.time() - PARTS_S)
            except BusError as error:
                _log.warning("Redis is away", error=str(error))
            except Exception:  # one text that breaks something must not keep the others
                _log.exception("parts of a text broke")

    async def take(self, received: Received) -> None:
        """Take a text; raise NoAgent, TooMany, or BusError when it is not kept."""
        agent = by_extension(self._agents, received.number)
        if agent is None or not agent.file.chat.sms:
            measures.REFUSED.labels("agent").inc()
            _log.info("a text for no agent", number=received.number)
            raise NoAgent
        async with self._taking:
            if await self._inbox.has(received.id):
                measures.REFUSED.labels("again").inc()
                return
            await self._take(agent, received)
            await self._inbox.took(received.id)

    async def carry(self, sender: str, number: str, text: str) -> None:
        """Take a text that the trunk has brought, and knows that we have; raise BusError when it is not kept."""
        if not _NUMBER.fullmatch(sender):
            measures.REFUSED.labels("agent").inc()
            _log.info("a text of nobody who can be answered", number=number)
            return
        received = Received(id=f"trunk {time.time_ns()}", sender=sender, number=number, text=text)
        with suppress(NoAgent, TooMany):  # they are counted
            await self.take(received)

    async def take_old(self, before: float) -> None:
        """Take texts without their missing parts whose first one came earlier (Unix time in seconds)."""
        async with self._taking:
            for parts in await self._inbox.older(before):
                name, _, sender = parts.whom.partition(" ")
                try:
                    if (agent := self._agents.get(name)) is not None:
                        await self._deal(agent, sender, parts.to, parts.text, None)
                except TooMany:
                    _log.warning("parts of a text are dropped: there is no room", agent=name)
                await self._inbox.drop(parts)

    async def _take(self, agent: Agent, received: Received) -> None:
        sender = numbers.normal(received.sender, agent.country)
        parts: Parts | None = None
        text = received.text[:MOST_CHARS]
        if received.parts > 1:
            part = Part(
                whom=whom(agent.name, sender),
                to=received.number,
                reference=received.reference,
                place=received.part,
                of=received.parts,
                text=text,
            )
            parts = await self._inbox.add(part)
            if not parts.whole:
                return
            text = parts.text
        await self._deal(agent, sender, received.number, text, received.word)
        if parts is not None:
            await self._inbox.drop(parts)

    async def _deal(self, agent: Agent, sender: str, number: str, text: str, word: Word | None) -> None:
        """Obey a word, or bring a text to its thread."""
        stopped = await self._texts.is_stopped(whom(agent.name, sender))
        if word is not None:
            await self._obey(agent, sender, number, word)
        elif (found := words.meant(text, agent)) is not None:
            await self._obey(agent, sender, number, found[0])
            # Two machines would tell each other so for ever.
            if not stopped or found[0] == "start":
                await self._answer(agent.in_language(found[1]), sender, number, found[0])
        elif stopped and words.resumes(text):
            await self._obey(agent, sender, number, "start")
            await self._answer(agent, sender, number, "start")
        elif stopped:
            measures.REFUSED.labels("stopped").inc()
        elif text := " ".join(text[:MOST_CHARS].split()):
            await self._to_thread(agent, sender, number, text)

    async def _obey(self, agent: Agent, sender: str, number: str, word: Word) -> None:
        measures.WORDS.labels(word).inc()
        _log.info("somebody has written a word that is obeyed", agent=agent.name, word=word)
        if word == "start":
            await self._texts.start(whom(agent.name, sender))
        elif word == "stop":
            await self._texts.stop(whom(agent.name, sender))
            if (talk := self._house.thread("sms", agent.name, sender, number)) is not None:
                talk.note(word)
                talk.end("stopped")

    async def _answer(self, agent: Agent, sender: str, number: str, word: Word) -> None:
        await self._texts.put(
            Text(
                id=f"word {agent.name} {time.time_ns()}",
                call="",
                agent=agent.name,
                sender=number,
                to=sender,
                body=agent.line(_LINES[word]),
                since=time.time(),
                always=word == "stop",
            )
        )

    async def _to_thread(self, agent: Agent, sender: str, number: str, text: str) -> None:
        if not self._limits.allows(sender):
            measures.REFUSED.labels("rate").inc()
            raise TooMany
        talk = self._house.thread("sms", agent.name, sender, number)
        try:
            await self._threads.bring(talk, agent, text, caller=sender, extension=number)
        except Full as error:
            measures.REFUSED.labels("full").inc()
            raise TooMany from error

    # What is written back

    async def _send(self, talk: Talk, line: Line) -> None:
        kept = talk.kept
        text = Text(
            id=f"{talk.id}.{line.id}",
            call=talk.id,
            agent=choice.name_of(kept.agent),
            sender=kept.extension,
            to=kept.caller,
            body=line.text,
            since=time.time(),
        )
        while True:
            try:
                await self._texts.put(text)
                return
            except BusError as error:
                _log.warning("an answer waits for Redis", call=talk.id, error=str(error))
                await asyncio.sleep(_AGAIN_S)
