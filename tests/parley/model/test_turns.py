"""How workers share the language model, against a real Redis."""

import asyncio
from contextlib import suppress

import pytest

from parley.bus import Bus
from parley.model import turns as model_turns
from parley.model.turns import ANSWERS, READING, ModelTurns


@pytest.fixture
async def turns(bus: Bus) -> tuple[ModelTurns, ModelTurns]:
    await bus._redis.delete(READING, ANSWERS)
    return bus.model_turns("one"), bus.model_turns("two")


async def test_others_wait_for_who_reads(turns: tuple[ModelTurns, ModelTurns]) -> None:
    course: list[str] = []

    async def read(mine: ModelTurns, who: str) -> None:
        async with mine.reading():
            course.append(f"{who} begins")
            await asyncio.sleep(0.1)
            course.append(f"{who} ends")

    await asyncio.gather(read(turns[0], "a"), read(turns[1], "b"), read(turns[0], "c"))
    assert course[0::2] == [f"{each[0]} begins" for each in course[1::2]]
    assert len(course) == 6


async def test_a_long_reading_keeps_its_turn(
    turns: tuple[ModelTurns, ModelTurns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_turns, "LASTS_S", 1.0)
    monkeypatch.setattr(model_turns, "KEEP_EVERY_S", 0.1)
    async with turns[0].reading():
        waiting = asyncio.create_task(_read(turns[1]))
        await asyncio.sleep(1.5)
        assert not waiting.done()
    await waiting


async def test_who_died_while_it_read_leaves_the_turn_after_a_while(
    bus: Bus, turns: tuple[ModelTurns, ModelTurns]
) -> None:
    await bus._redis.set(READING, "somebody who is gone", px=300)
    await _read(turns[0])
    assert not await bus._redis.exists(READING)


async def test_who_fails_gives_the_turn_back(bus: Bus, turns: tuple[ModelTurns, ModelTurns]) -> None:
    with suppress(LookupError):
        async with turns[0].reading():
            raise LookupError
    assert not await bus._redis.exists(READING)


async def test_others_know_of_an_answer_until_it_ends(turns: tuple[ModelTurns, ModelTurns]) -> None:
    one, two = turns
    async with one.answering(), one.answering():
        assert await two.others_answer()
        assert not await one.others_answer()
    assert not await two.others_answer()


async def test_the_answer_of_who_died_is_given_up(
    turns: tuple[ModelTurns, ModelTurns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_turns, "ANSWER_S", -1.0)
    one, two = turns
    async with one.answering():
        assert not await two.others_answer()


async def test_an_answer_waits_until_others_have_stopped(turns: tuple[ModelTurns, ModelTurns]) -> None:
    one, two = turns
    stopped = asyncio.Event()

    async def read() -> None:
        async with one.reading():
            while not await one.others_answer():  # noqa: ASYNC110  # Redis tells nobody
                await asyncio.sleep(0.005)
            stopped.set()

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.05)
    async with two.answering():
        await two.others_have_stopped()
        assert stopped.is_set()
    await reading


async def test_without_redis_everybody_goes_on() -> None:
    away = Bus.connect("redis://127.0.0.1:9")
    turns = away.model_turns("one")
    async with turns.reading(), turns.answering():
        await turns.others_have_stopped()
        assert not await turns.others_answer()
    await away.close()


async def _read(turns: ModelTurns) -> None:
    async with turns.reading():
        pass
