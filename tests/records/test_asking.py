"""Calls that are over are given to an agent worker to read, over a real Redis."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from parley.bus import Bus
from parley.outside.readings import Read, Reading
from records import asking
from records.analyst import Analyst
from records.asking import CATEGORY, UNREAD, Asking
from records.insight.insight import Insight, course_of
from records.query import Query
from records.store import Store
from tests.records.test_analyst import OVER
from tests.records.test_store import logged

Answer = Callable[[Reading], Read]


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    await bus._redis.delete("jobs:reading")
    yield bus
    await bus._redis.delete("jobs:reading")
    await bus.close()


@asynccontextmanager
async def worker(bus: Bus, answer: Answer) -> AsyncIterator[list[Reading]]:
    """One that reads as it is told to."""
    asked: list[Reading] = []
    ways = bus.commands().readings()

    async def work() -> None:
        while True:
            call = await ways.take(5.0)
            if call is not None:
                asked.append(call)
                await ways.answer(call, answer(call))

    task = asyncio.create_task(work())
    yield asked
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def over(store: Store, name: str = "c1", *, at: float | None = None) -> None:
    """A call of three lines, one of them keys, is over and analysed."""
    at = time.time() if at is None else at
    store.add(
        [
            logged(1, "call_started", name, at, caller="1001", extension="100"),
            logged(2, "language", name, at, language="de"),
            logged(3, "caller_said", name, at, turn=1, text="Wo ist mein Paket?"),
            logged(4, "caller_said", name, at, turn=2, text="4711"),
            logged(5, "caller_said", name, at, turn=3, text="Super, danke."),
            logged(6, "call_ended", name, at, outcome="completed"),
        ]
    )
    Analyst(store).look(time.time() + OVER)


def insight(store: Store, name: str = "c1") -> Insight:
    record = store.record(name)
    assert record is not None
    assert record.insight is not None
    return record.insight


async def test_what_was_read_is_kept_and_looked_for(store: Store, bus: Bus) -> None:
    over(store)
    before = CATEGORY.labels("shop", "orders")._value.get()
    told = Read(result="read", category="orders", sentiment=[-0.5, 0.7])
    async with worker(bus, lambda _: told) as asked:
        await Asking(store, bus.commands().readings()).look()
    (reading,) = asked
    assert (reading.agent, reading.language, reading.lines) == (
        "shop",
        "de",
        ["Wo ist mein Paket?", "Super, danke."],
    )
    found = insight(store)
    assert found.category == "orders"
    assert found.sentiment is not None
    assert (found.sentiment.turns, found.sentiment.mean, found.sentiment.change) == (
        [-0.5, None, 0.7],
        0.1,
        1.2,
    )
    assert [record.call for record in store.records(Query(category="orders"))] == ["c1"]
    assert list(store.records(Query(category="returns"))) == []
    assert store.unread(10) == []
    assert CATEGORY.labels("shop", "orders")._value.get() == before + 1


async def test_one_that_nobody_has_time_for_is_read_later(
    store: Store, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    over(store)
    looking = Asking(store, bus.commands().readings())
    async with worker(bus, lambda _: Read(result="busy")):
        await looking.look()
    assert [call for call, _, _ in store.unread(10)] == ["c1"]
    monkeypatch.setattr(asking, "ASK_S", 0.2)
    await looking.look()  # there is no worker
    assert [call for call, _, _ in store.unread(10)] == ["c1"]
    monkeypatch.setattr(asking, "GIVE_UP_S", -1.0)
    before = UNREAD._value.get()
    await looking.look()
    assert store.unread(10) == []
    assert (insight(store).sentiment, UNREAD._value.get()) == (None, before + 1)


async def test_an_agent_that_there_is_no_more_is_asked_once(store: Store, bus: Bus) -> None:
    over(store)
    async with worker(bus, lambda _: Read(result="unknown")):
        await Asking(store, bus.commands().readings()).look()
    assert store.unread(10) == []


async def test_who_is_forgotten_meanwhile_is_not_read(store: Store, bus: Bus) -> None:
    over(store)

    def forget(_call: Reading) -> Read:
        store.forget({"c1"})
        return Read(result="read", category="orders", sentiment=[0.0, 0.0])

    async with worker(bus, forget):
        await Asking(store, bus.commands().readings()).look()
    assert store.record("c1") is None
    assert store.unread(10) == []


def test_old_calls_are_not_read(store: Store) -> None:
    over(store, at=time.time() - 7200)
    assert insight(store).outcome
    assert store.unread(10) == []


def test_the_course_of_a_caller_s_mood() -> None:
    assert course_of([]) is course_of([None]) is None
    told = course_of([-0.6, -0.2, None, 0.0, 0.4, 0.2, 0.8])
    assert told is not None
    assert (told.mean, told.change) == (0.1, 0.9)
