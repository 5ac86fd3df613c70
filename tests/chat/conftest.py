"""Chats on a real Redis, answered by a real agent worker whose language model writes what it is given."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import msgspec
import pytest

import redis
from agent.reply import Replier
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from agent.worker import Worker
from chat.__main__ import NAME, read_down
from chat.bus import ChatBus
from chat.talk.answers import Answers
from chat.talk.board import heard
from chat.talk.house import House
from chat.talk.kept import Channel
from chat.talk.setting import Setting
from chat.talk.talk import Talk
from parley.agents import Agent
from parley.agents.dialogue import Collect, Digits, Menu, Option, Target, Translation
from parley.agents.schema import AgentFile, Chat
from parley.bus import down_stream
from parley.messages import Event
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice

FILE = AgentFile(
    company="Shop",
    extensions=("100",),
    greeting="Hello, this is Shop.",
    persona="You are Shop's assistant.",
    farewell="Goodbye!",
    apology="Sorry, once more?",
    chat=Chat(enabled=True, origins=("https://shop.example",), greeting="Hello, write to me."),
    targets={"sales": Target(name="our sales team", extension="1001", words=("sales",))},
    person="sales",
    languages={"de": Translation(greeting="Guten Tag, hier ist Shop.")},
)
MENU = Menu(
    say="Orders or people?",
    options={
        "1": Option(to="collect:order", label="an order", words=("order",)),
        "2": Option(to="person", label="a person", words=("person",)),
    },
)
ORDER = Collect(say="Your order number, please.", digits=Digits(min=4, max=8), sensitive=True)


def shop(**changes: object) -> Agent:
    """The agent of the tests, with these fields of its file."""
    return Agent(name="shop", file=msgspec.structs.replace(FILE, **changes))


@dataclass
class Scene:
    """A house of chats, and who answers in it."""

    bus: ChatBus
    house: House
    agents: dict[str, Agent]
    llm: ScriptedLlm
    library: FixedLibrary
    voice: WordVoice
    setting: Setting
    events: list[Event] = field(default_factory=list)

    async def begin(self, channel: Channel = "web", **more: str) -> Talk:
        return await self.house.begin(channel, self.agents["shop"], **more)

    async def told(self, chat: str) -> list[Event]:
        """What happened in a chat, oldest first."""
        return [event for _, event in await self.bus.events("0", block_ms=1) if event.call == chat]


async def until(talk: Talk, true: Callable[[], bool]) -> None:
    """Wait until something is true of a chat."""
    async with asyncio.timeout(30):
        while not true():
            await heard(talk.bell.listen(), 0.05)


async def happened(scene: Scene, chat: str, kind: str, **data: object) -> Event:
    """Wait until something of a kind has been told of a chat, and return it."""
    async with asyncio.timeout(30):
        after = "0"
        while True:
            logged = await scene.bus.events(after, block_ms=500)
            for _, event in logged:
                if (event.call, event.kind) == (chat, kind) and data.items() <= event.data.items():
                    return event
            after = logged[-1][0] if logged else after


def lines(talk: Talk) -> list[tuple[str, str]]:
    return [(line.who, line.text) for line in talk.kept.board.lines]


async def asked(talk: Talk, text: str) -> str:
    """Write, wait for all of what is written back, and return the last line."""
    seen = talk.kept.board.written + 1
    await talk.take(text)
    board = talk.kept.board
    await until(talk, lambda: board.written > seen and board.lines[-1].whole and not talk.kept.unanswered)
    return board.lines[-1].text


@contextlib.asynccontextmanager
async def open_house(
    redis_url: str, agents: dict[str, Agent], *, patience_s: float = 60, works: bool = True
) -> AsyncIterator[Scene]:
    """A house that is open; whoever is in it stays when it closes. Unless it `works`, nobody answers."""
    bus = ChatBus.connect(redis_url)
    llm, library, voice = ScriptedLlm("We open at nine. We close at five."), FixedLibrary(), WordVoice()
    pool = DeadlinePool(1, "tts")
    replier = Replier(
        agents,
        library,
        Speaker({"spare": voice}, pool, 10**6),
        bus.history,
        llm_of=lambda _: llm,
        default_voice="spare",
    )
    stopping, answers = asyncio.Event(), Answers()
    worker = Worker(bus, replier, consumer="w1", concurrency=4, max_age_s=30)
    setting = Setting(bus, NAME, agents, answers, patience_s)
    house = House(setting, most=10, idle_s=100)
    after = await bus.last_id(down_stream(NAME))
    reading = asyncio.create_task(read_down(bus, house, answers, after))
    working = asyncio.create_task(worker.run(stopping)) if works else None
    await house.resume()
    try:
        yield Scene(bus, house, agents, llm, library, voice, setting)
    finally:
        stopping.set()
        if working is not None:
            await working
        reading.cancel()
        await house.close()
        await bus.close()
        pool.close()


@pytest.fixture(autouse=True)
def nothing_before(request: pytest.FixtureRequest) -> None:
    """No chat of another test's goes on."""
    if "redis_url" in request.fixturenames:
        with redis.Redis.from_url(request.getfixturevalue("redis_url")) as server:
            server.flushdb()


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    async with open_house(redis_url, {"shop": shop()}) as scene:
        yield scene
