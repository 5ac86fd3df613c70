import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from agent.forethought import LATEST_S, Forethought
from agent.knowledge.library import Found
from agent.language_model.prompt import ChatMessage
from agent.language_model.read_ahead import ReadAhead
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from parley.agents import Agent
from parley.messages import PartialTranscript
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.voice import WordVoice
from tests.fakes.turns import Turns


class Known(FixedLibrary):
    """Prepares what it finds; the first time slowly, if that is wanted."""

    def __init__(self, found: Found, *, slowly: bool = False) -> None:
        super().__init__(found)
        self.let_go = asyncio.Event()
        if not slowly:
            self.let_go.set()

    async def prepare(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        found = await self.ask(agent, text, history)
        await self.let_go.wait()
        return found


class Model:
    """Notes the last message of what it reads."""

    def __init__(self) -> None:
        self.read_: list[str] = []

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[dict[str, Any]] = ()) -> None:
        self.read_.append(messages[-1]["content"])


class Bench:
    def __init__(self, shop: Agent, pool: DeadlinePool, known: Known) -> None:
        self.known, self.model, self.voice = known, Model(), WordVoice()
        self.speaker = Speaker({"joe": self.voice}, pool, 10**6)

        async def is_stale(call: str, revision: int) -> bool:
            raise AssertionError("words that are still being spoken have no revision")

        self.ahead = ReadAhead(lambda _: self.model, is_stale, Turns())
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        self.thought = Forethought(
            {"shop": shop},
            known,
            self.speaker,
            self.history,
            self.ahead,
            default_voice="joe",
            emit=self.emit,
        )

    async def history(self, call: str) -> list[dict[str, str]]:
        return [{"role": "user", "text": "I have a"}]

    async def emit(self, kind: str, call: str, **data: Any) -> None:
        self.told.append((kind, call, data))

    async def take(self, *partials: PartialTranscript) -> None:
        for partial in partials:
            self.thought.take(partial)
        await self.thought.settled()
        await asyncio.sleep(0.02)


def partial(text: str, **fields: Any) -> PartialTranscript:
    values: dict[str, Any] = {
        "call": "c1", "gateway": "g1", "agent": "shop", "turn": 1, "start_sample": 0, "end_sample": 1600,
        "text": text, "confidence": 0.9, "published_at": time.time(), "hushed": True,
    }  # fmt: skip
    return PartialTranscript(**(values | fields))


async def test_a_line_that_stands_in_the_knowledge_is_spoken_ahead_once(
    shop: Agent, pool: DeadlinePool
) -> None:
    bench = Bench(shop, pool, Known(Found(line="We open at nine. Come in!")))
    await bench.take(partial("When do you open?"))
    await bench.take(partial("When do you open?"))
    assert bench.voice.spoken == ["We open at nine.", "Come in!"]
    assert bench.speaker.keeps("joe", "We open at nine.")
    spoken = {"part": "tts", "requests": 2, "characters": len("We open at nine. Come in! ")}
    assert bench.told == [("usage", "c1", {"agent": "shop", "uses": [spoken]})]
    assert not bench.model.read_


async def test_the_prompt_is_read_with_what_was_found_once_the_voice_is_silent(
    shop: Agent, pool: DeadlinePool
) -> None:
    bench = Bench(shop, pool, Known(Found(passages=("A repair takes a week.",))))
    await bench.take(partial("Can you repair it"))
    (read,) = bench.model.read_
    assert read == "(From the facts:\n- A repair takes a week.)\n\nI have a Can you repair it"
    assert not bench.voice.spoken


async def test_while_the_caller_speaks_on_the_words_are_read_but_for_the_last(
    shop: Agent, pool: DeadlinePool
) -> None:
    bench = Bench(shop, pool, Known(Found()))
    await bench.take(partial("Can you rep", hushed=False))
    assert bench.model.read_ == ["I have a Can you"]


async def test_what_was_found_is_read_while_the_caller_speaks_on_once_it_was_found_again(
    shop: Agent, pool: DeadlinePool
) -> None:
    bench = Bench(shop, pool, Known(Found(passages=("A repair takes a week.",))))
    await bench.take(partial("Can you rep", hushed=False))
    assert not bench.model.read_
    await bench.take(partial("Can you repair it", hushed=False))
    assert bench.model.read_ == ["(From the facts:\n- A repair takes a week.)\n\nI have a Can you repair"]


async def test_words_that_the_turn_repeats_are_not_there_twice(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, Known(Found()))
    await bench.take(partial("I have a phone", repeats="I have a"))
    assert bench.model.read_ == ["I have a phone"]
    assert bench.known.asked == [("I have a phone", [])]


@pytest.mark.parametrize(
    "words",
    [
        partial("Thank you, goodbye."),
        partial("Can you", hushed=False),
        partial("When do you open", agent="nobody"),
        partial("When do you open", published_at=time.time() - LATEST_S - 1),
    ],
    ids=["goodbye", "few words", "no such agent", "late"],
)
async def test_nothing_is_prepared_where_it_could_not_help(
    shop: Agent, pool: DeadlinePool, words: PartialTranscript
) -> None:
    bench = Bench(shop, pool, Known(Found(line="We open at nine.")))
    await bench.take(words)
    assert not bench.known.asked
    assert not bench.voice.spoken


async def test_of_words_that_wait_only_the_newest_are_looked_at(shop: Agent, pool: DeadlinePool) -> None:
    known = Known(Found(), slowly=True)
    bench = Bench(shop, pool, known)
    bench.thought.take(partial("When do"))
    await asyncio.sleep(0)
    for text in ("When do you", "When do you open", "When do you open today"):
        bench.thought.take(partial(text))
    bench.thought.take(partial("And where", call="c2"))
    known.let_go.set()
    await bench.thought.settled()
    assert [text for text, _ in known.asked] == ["When do", "And where", "When do you open today"]


async def test_closing_stops_what_is_being_prepared(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, Known(Found(), slowly=True))
    bench.thought.take(partial("When do you open"))
    await asyncio.sleep(0)
    await asyncio.wait_for(bench.thought.close(), 10)
    assert not bench.model.read_
