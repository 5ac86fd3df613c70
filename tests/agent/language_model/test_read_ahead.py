import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from agent.language_model import read_ahead
from agent.language_model.prompt import ChatMessage
from agent.language_model.read_ahead import ReadAhead, Reading
from parley.agents import Agent
from parley.bus import BusError
from parley.errors import EngineError
from tests.fakes.turns import Turns


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # the condition is anything at all
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "WAIT_S", 0.02)


class Model:
    """Notes what it reads, and when it has read it."""

    def __init__(self, seconds: float = 0.0, error: EngineError | None = None) -> None:
        self.begun: list[str] = []
        self.read_: list[str] = []
        self._seconds = seconds
        self._error = error

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[dict[str, Any]] = ()) -> None:
        self.begun.append(messages[0]["content"])
        await asyncio.sleep(self._seconds)
        if self._error:
            raise self._error
        self.read_.append(messages[0]["content"])


class Calls:
    """What was dropped, by call."""

    def __init__(self) -> None:
        self.dropped: set[tuple[str, int]] = set()
        self.error: BusError | None = None

    async def is_stale(self, call: str, revision: int) -> bool:
        if self.error:
            raise self.error
        return (call, revision) in self.dropped


def partial(shop: Agent, words: str) -> Reading:
    return Reading("c1", 0, shop, [{"role": "user", "content": words}], words=words)


def reading(shop: Agent, words: str, call: str = "c1", revision: int = 1) -> Reading:
    return Reading(call, revision, shop, [{"role": "user", "content": words}])


async def test_it_is_read_after_a_while(shop: Agent) -> None:
    model = Model()
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.01)
    assert not model.begun
    await asyncio.sleep(0.05)
    assert model.read_ == ["one"]


async def test_a_model_that_keeps_nothing_is_not_asked(shop: Agent) -> None:
    ahead = ReadAhead(lambda _: None, Calls().is_stale, Turns())
    assert not ahead.reads(shop)
    ahead.later(reading(shop, "one"))
    await ahead.close()


async def test_the_newer_turn_takes_the_place_of_the_older(shop: Agent) -> None:
    model = Model()
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    for number, words in enumerate(("one", "one two", "one two three")):
        ahead.later(reading(shop, words, revision=number))
    ahead.later(reading(shop, "other call", call="c2"))
    await asyncio.sleep(0.08)
    assert model.read_ == ["one two three", "other call"]


async def test_one_after_the_other(shop: Agent) -> None:
    model = Model(0.05)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    ahead.later(reading(shop, "two", call="c2"))
    await asyncio.sleep(0.05)
    assert model.begun == ["one"]
    await asyncio.sleep(0.1)
    assert model.read_ == ["one", "two"]


async def test_what_was_dropped_is_not_read(shop: Agent) -> None:
    model, calls = Model(), Calls()
    ahead = ReadAhead(lambda _: model, calls.is_stale, Turns())
    ahead.later(reading(shop, "half a sentence"))
    calls.dropped.add(("c1", 1))
    await asyncio.sleep(0.05)
    assert not model.begun


async def test_without_redis_nothing_is_read(shop: Agent) -> None:
    model, calls = Model(), Calls()
    calls.error = BusError("away")
    ahead = ReadAhead(lambda _: model, calls.is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.05)
    assert not model.begun


async def test_an_answer_goes_before(shop: Agent) -> None:
    model = Model()
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    ahead.later(reading(shop, "other call", call="c2"))
    async with ahead.answering("c1"):
        await asyncio.sleep(0.05)
    assert not model.begun


async def test_an_answer_waits_for_what_is_being_read_for_it(shop: Agent) -> None:
    model = Model(0.05)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.04)
    assert model.begun
    async with ahead.answering("c1"):
        assert model.read_ == ["one"]


async def test_an_answer_of_another_call_ends_it_and_it_is_read_later(shop: Agent) -> None:
    model = Model(0.05)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.04)
    assert model.begun == ["one"]
    async with ahead.answering("c2"):
        assert not model.read_
    await asyncio.sleep(0.15)
    assert model.read_ == ["one"]
    assert model.begun == ["one", "one"]


async def test_words_still_being_spoken_are_read_at_once(
    shop: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "WAIT_S", 5.0)
    model, calls = Model(0.05), Calls()
    calls.error = BusError("away")
    ahead = ReadAhead(lambda _: model, calls.is_stale, Turns())
    ahead.now(partial(shop, "What do you"))
    await asyncio.sleep(0.02)
    ahead.now(partial(shop, "What do you sell in"))
    ahead.now(partial(shop, "What do you sell in May"))
    async with ahead.answering("c1", "what do you sell in May?"):
        assert model.read_ == ["What do you"], "waited for, since the answer begins with it"
    assert model.begun == ["What do you"], "nothing is read beside an answer"


async def test_other_words_are_not_waited_for(shop: Agent) -> None:
    model = Model(5.0)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.now(partial(shop, "What do you smell"))
    await asyncio.sleep(0.02)
    async with asyncio.timeout(10), ahead.answering("c1", "What do you sell?"):
        assert model.begun == ["What do you smell"]
    assert not model.read_


async def test_the_same_words_with_other_passages_are_not_waited_for(shop: Agent) -> None:
    model = Model(5.0)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.now(partial(shop, "What do you"))
    await asyncio.sleep(0.02)
    async with asyncio.timeout(10), ahead.answering("c1", "What do you sell?", ("Tea.",)):
        assert model.begun == ["What do you"]
    assert not model.read_


async def test_a_model_that_fails_disturbs_nobody(shop: Agent) -> None:
    model = Model(error=EngineError("refused", "away"))
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.05)
    async with ahead.answering("c1"):
        assert model.begun == ["one"]


async def test_closing_stops_everything(shop: Agent) -> None:
    model = Model(5.0)
    ahead = ReadAhead(lambda _: model, Calls().is_stale, Turns())
    ahead.later(reading(shop, "one"))
    await asyncio.sleep(0.04)
    ahead.later(reading(shop, "two", call="c2"))
    await asyncio.wait_for(ahead.close(), 10)
    assert not model.read_


async def test_nothing_is_read_while_another_worker_answers(shop: Agent) -> None:
    model, turns = Model(), Turns()
    turns.answers = True
    ahead = ReadAhead(lambda _: model, Calls().is_stale, turns)
    ahead.now(partial(shop, "one"))
    await asyncio.sleep(0.05)
    assert not model.begun


async def test_what_is_read_is_called_off_for_another_workers_answer_and_read_afterwards(shop: Agent) -> None:
    model, turns = Model(0.3), Turns()
    ahead = ReadAhead(lambda _: model, Calls().is_stale, turns)
    ahead.later(reading(shop, "one"))
    await until(lambda: model.begun)
    turns.answers = True
    await until(lambda: not ahead._reading)
    assert not model.read_
    turns.answers = False
    await until(lambda: model.read_)
    assert model.begun == ["one", "one"]


async def test_an_answer_begins_once_other_workers_have_stopped(shop: Agent) -> None:
    turns = Turns()
    ahead = ReadAhead(lambda _: Model(), Calls().is_stale, turns)
    async with ahead.answering("c1"):
        turns.told.append("written")
    assert turns.told == ["answer begins", "others have stopped", "written", "answer ends"]
