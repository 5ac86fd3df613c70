"""Where simulated conversations are held: each is a chat of this process, answered by the agent workers of the stack.

Nothing goes through the service `chat`, which has limits for strangers and chats with the agents alone whose file
allows it; but the conversation is held by the same code.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from chat.talk.answers import Answers
from chat.talk.board import Board, heard
from chat.talk.keeper import Forgotten
from chat.talk.kept import Kept
from chat.talk.setting import Setting
from chat.talk.talk import Talk
from parley import log
from parley.agents import Agent
from parley.bus import BusError, down_stream
from parley.errors import MessageError, ParleyError
from parley.messages import Event
from parley.simulation.calls import PREFIX, SIMULATED_EVENTS
from parley.simulation.load import Case
from simulate.bus import SimulationBus

ANSWER_S = 60.0
"""So long an answer is waited for; the chat itself apologises after 45 s in which no worker has said a word."""
END_S = 5.0
"""So long a conversation has to tell of its end."""
_PATIENCE_S = 86_400.0
"""Who is given to people is not offered anything else meanwhile."""
_LOOK_S = 0.2
_AGAIN_S = 0.5

_log = log.get("stage")


class NoAnswer(ParleyError):
    """The stack does not answer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s")


@dataclass(slots=True)
class Exchange:
    """A message of the caller's, and what came of it."""

    said: str
    """Empty: the agent's first words."""
    began: float
    """Unix time in seconds."""
    lines: list[str] = field(default_factory=list)
    """What the agent wrote."""
    seconds: float = 0.0
    """Until all of it was there; by voice until it began."""
    ended: bool = False
    """Whether the conversation was over then."""
    language: str = ""
    """In which the agent goes on."""
    events: list[Event] = field(default_factory=list)
    """What happened meanwhile; known when the conversation is over."""
    at_s: float | None = None
    """Where it begins in the recording, once there is one."""

    @property
    def answer(self) -> str:
        """All that the agent wrote."""
        return " ".join(self.lines)


class Talking(Protocol):
    """A conversation that is being held, in writing or by voice."""

    exchanges: list[Exchange]
    recording: str
    """File of its sound, below the folder of the reports; known when it is over, empty where there is none."""

    @property
    def over(self) -> bool:
        """Whether the agent has ended it, or given it away."""

    async def greeted(self) -> Exchange:
        """The agent's first words."""

    async def say(self, *texts: str) -> Exchange:
        """Say something, or several things without waiting in between; return what comes."""


class Scene(Protocol):
    """Where conversations are held."""

    def conversation(self, case: Case, told: list[Event]) -> AbstractAsyncContextManager[Talking]:
        """Begin one; when it is over, `told` has all that happened."""


class Conversation:
    """One by text, with an agent."""

    def __init__(self, talk: Talk, running: asyncio.Task[None]) -> None:
        """`running` deals with what is written."""
        self.recording = ""
        self._talk = talk
        self._running = running
        self._shown = 0
        """Number of the last line that was looked at."""
        self.exchanges: list[Exchange] = []

    @property
    def over(self) -> bool:
        """Whether the agent has ended it."""
        return self._talk.phase == "ended"

    async def greeted(self) -> Exchange:
        """The agent's first words."""
        return await self._answered(Exchange("", time.time()))

    async def say(self, *texts: str) -> Exchange:
        """Write a message, or several without waiting in between; return what comes. Raise NoAnswer, BusError."""
        exchange = Exchange(" … ".join(texts), time.time())
        with suppress(Forgotten):  # the agent has just ended it
            for text in texts:
                await self._talk.take(text)
        return await self._answered(exchange)

    async def _answered(self, exchange: Exchange) -> Exchange:
        self.exchanges.append(exchange)
        board, unanswered = self._talk.kept.board, self._talk.kept.unanswered
        deadline = time.monotonic() + ANSWER_S
        while unanswered and not self.over:
            if self._running.done():
                await self._running  # it broke, and says how
            if time.monotonic() > deadline:
                raise NoAnswer(ANSWER_S)
            await heard(self._talk.bell.listen(), _LOOK_S)
        exchange.lines = [line.text for line in board.lines if line.id > self._shown and line.who == "agent"]
        self._shown = board.written
        if self._talk.phase == "waiting":  # whoever is asked takes it at once, and writes nothing
            self._talk.desk.take()
        exchange.seconds = time.time() - exchange.began
        exchange.ended, exchange.language = self.over, self._talk.agent.file.language
        return exchange


class Stage:
    """Holds conversations, as many at a time as are begun."""

    def __init__(self, bus: SimulationBus, setting: Setting) -> None:
        self._bus = bus
        self._setting = setting

    @asynccontextmanager
    async def conversation(self, case: Case, told: list[Event]) -> AsyncIterator[Conversation]:
        """Begin one; when it is over, `told` has all that happened. Raise BusError."""
        since = await self._bus.last_id(SIMULATED_EVENTS)
        now = time.time()
        kept = Kept(
            channel="web",
            agent=case.agent,
            caller="",
            extension="",
            began=now,
            heard=now,
            since=now,
            board=Board(),
        )
        talk = Talk(f"{PREFIX}{secrets.token_hex(8)}", self._setting.agents[case.agent], kept, self._setting)
        await talk.begin(case.language, greets=True)
        running = asyncio.create_task(talk.run(), name=talk.id)
        conversation = Conversation(talk, running)
        try:
            yield conversation
        finally:
            talk.end("visitor_left")
            _, late = await asyncio.wait({running}, timeout=END_S)
            for task in late:  # an answer is still waited for
                task.cancel()
            told += await self._bus.happened(talk.id, since)
            share(told, conversation.exchanges)
            await self._bus.forget(talk.id)


def share(told: Iterable[Event], exchanges: Sequence[Exchange]) -> None:
    """Give each exchange what happened in it; what came before the first one is its."""
    for event in told:
        begun = [exchange for exchange in exchanges if exchange.began <= event.at] or exchanges[:1]
        for exchange in begun[-1:]:
            exchange.events.append(event)


@asynccontextmanager
async def opened(bus: SimulationBus, agents: Mapping[str, Agent]) -> AsyncIterator[Stage]:
    """A stage to which the workers answer."""
    name, answers = f"{PREFIX}{secrets.token_hex(4)}", Answers()
    after = await bus.last_id(down_stream(name))
    await bus.open_down(name)
    reading = asyncio.create_task(_read(bus, down_stream(name), after, answers), name="down")
    try:
        yield Stage(bus, Setting(bus, name, agents, answers, _PATIENCE_S))
    finally:
        reading.cancel()


async def _read(bus: SimulationBus, stream: str, after: str, answers: Answers) -> None:
    """Hand on what the workers answer, for ever."""
    while True:
        try:
            for entry_id, message in await bus.read(stream, after):
                after = entry_id
                answers.on_message(message)
        except MessageError as error:
            _log.error("a message cannot be read", error=str(error))
            after = error.entry_id
        except BusError as error:
            _log.error("Redis is away", error=str(error))
            await asyncio.sleep(_AGAIN_S)
