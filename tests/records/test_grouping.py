"""Topics are found by an agent worker and kept, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from parley.bus import Bus
from parley.outside.over.topics import Found, Grouped, Grouping, Topic
from parley.outside.readings import Read
from records import grouping
from records.asking import Asking
from records.grouping import FOUND, Grouper
from records.insight.insight import Insight
from records.kept.topics import Kind
from records.query import Query
from records.store import Store
from tests.records.test_asking import insight, over, worker

KIND = Kind("shop", "de")
NOW = 1_780_000_000.0
PARCEL = Topic(name="paket", model="mini", mean=b"\x00\x3c")


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    await bus._redis.delete("jobs:grouping", "jobs:reading")
    yield bus
    await bus._redis.delete("jobs:grouping", "jobs:reading")
    await bus.close()


@asynccontextmanager
async def finding(bus: Bus, answer: Callable[[Grouping], Grouped]) -> AsyncIterator[list[Grouping]]:
    """A worker that finds what it is told to."""
    asked: list[Grouping] = []
    ways = bus.commands().groupings()

    async def work() -> None:
        while True:
            question = await ways.take(5.0)
            if question is not None:
                asked.append(question)
                await ways.answer(question, answer(question))

    task = asyncio.create_task(work())
    yield asked
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def read(store: Store, bus: Bus, *calls: str, category: str = "") -> None:
    """Calls are over, and their first lines want something that is no topic."""
    for call in calls:
        over(store, call)
    by = "topic" if category else ""
    told = Read(result="read", category=category, by=by, wishes=[] if category else [0], sentiment=[0.0, 0.0])
    async with worker(bus, lambda _: told) as asked:
        await Asking(store, bus.commands().readings()).look()
    assert [reading.topics for reading in asked] == [store.topics.known(KIND)] * len(calls)


def all_of_them(_question: Grouping) -> Grouped:
    return Grouped(result="grouped", found=[Found(topic=PARCEL, lines=[0, 1, 2, 3, 4])])


async def test_a_topic_is_found_kept_and_told_of_its_calls(store: Store, bus: Bus) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4", "c5")
    before = FOUND.labels("shop")._value.get()
    async with finding(bus, all_of_them) as asked:
        await Grouper(store, bus.commands().groupings()).look(NOW)
    (question,) = asked
    assert (question.agent, question.language, question.calls) == ("shop", "de", [0, 1, 2, 3, 4])
    assert question.lines == ["Wo ist mein Paket?"] * 5
    assert store.topics.known(KIND) == [PARCEL]
    assert store.topics.waiting() == {}
    assert (insight(store).category, insight(store).category_by) == ("paket", "topic")
    assert len(list(store.records(Query(category="paket")))) == 5
    assert FOUND.labels("shop")._value.get() == before + 1


async def test_later_calls_are_held_against_it_and_it_stays_when_its_calls_go(store: Store, bus: Bus) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4", "c5")
    async with finding(bus, all_of_them):
        await Grouper(store, bus.commands().groupings()).look(NOW)
    await read(store, bus, "c6", category="paket")
    assert insight(store, "c6").category_by == "topic"
    store.forget({"c1", "c2", "c3", "c4", "c5", "c6"})
    assert store.topics.known(KIND) == [PARCEL]
    assert store.topics.names("shop") == ["paket"]


async def test_few_calls_are_not_looked_through(store: Store, bus: Bus) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4")
    async with finding(bus, all_of_them) as asked:
        await Grouper(store, bus.commands().groupings()).look(NOW)
    assert asked == []


async def test_it_is_looked_again_only_for_something_new_and_after_a_while(store: Store, bus: Bus) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4", "c5")
    looking = Grouper(store, bus.commands().groupings())
    async with finding(bus, lambda _: Grouped(result="grouped")) as asked:
        await looking.look(NOW)
        await looking.look(NOW + 2 * grouping.AGAIN_S)
        assert len(asked) == 1
        await read(store, bus, "c6")
        await looking.look(NOW + 1)
        assert len(asked) == 1
        await looking.look(NOW + 2 * grouping.AGAIN_S)
    assert [len(question.lines) for question in asked] == [5, 6]


async def test_who_has_no_time_is_asked_again(
    store: Store, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4", "c5")
    looking = Grouper(store, bus.commands().groupings())
    async with finding(bus, lambda _: Grouped(result="busy")):
        await looking.look(NOW)
    monkeypatch.setattr(grouping, "ASK_S", 0.2)
    await looking.look(NOW)  # there is no worker
    monkeypatch.undo()
    async with finding(bus, all_of_them) as asked:
        await looking.look(NOW)
    assert len(asked) == 1


async def test_who_is_forgotten_meanwhile_is_told_nothing(store: Store, bus: Bus) -> None:
    await read(store, bus, "c1", "c2", "c3", "c4", "c5")

    def forget(question: Grouping) -> Grouped:
        store.forget({"c1"})
        return all_of_them(question)

    async with finding(bus, forget):
        await Grouper(store, bus.commands().groupings()).look(NOW)
    assert store.record("c1") is None
    assert insight(store, "c2").category == "paket"


def test_what_a_call_was_about_already_stays(store: Store) -> None:
    over(store)
    kept = Insight(
        outcome="resolved", tags=[], score=None, parts={}, category="rechnung", category_by="topic"
    )
    store.was_read("c1", kept, KIND, [0])
    (wish,) = store.topics.wishes(KIND, 10)
    store.topics.add(KIND, PARCEL, [wish], NOW)
    assert insight(store).category == "rechnung"


def test_only_the_newest_lines_wait(store: Store) -> None:
    for call in ("c1", "c2", "c3"):
        over(store, call)
        store.was_read(call, insight(store, call), KIND, [0, 1])
    assert [(wish.call, wish.line) for wish in store.topics.wishes(KIND, 3)] == [
        ("c2", 1),
        ("c3", 0),
        ("c3", 1),
    ]
    assert store.topics.waiting()[KIND][0] == 2
