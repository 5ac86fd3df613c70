"""Calls that are over are analysed: each once, whatever happens meanwhile."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from records import analyst
from records.analyst import FAILED, FRESH_S, OUTCOME, SETTLED_S, Analyst
from records.insight.insight import Insight
from records.query import Query
from records.store import Store
from tests.records.test_store import call, logged

OVER = SETTLED_S + 1


def insight(store: Store, name: str) -> Insight | None:
    record = store.record(name)
    assert record is not None
    return record.insight


def counted(outcome: str = "abandoned", variant: str = "") -> float:
    return OUTCOME.labels("shop", "voice", outcome, variant)._value.get()


def test_a_call_is_analysed_once_it_is_over(store: Store) -> None:
    started, said, ended = call(1, "c1")
    store.add([started, said])
    assert Analyst(store).look(time.time() + OVER) == 0
    store.add([ended])
    assert Analyst(store).look(time.time()) == 0  # others may still tell of its last second
    assert insight(store, "c1") is None
    before = counted()
    assert Analyst(store).look(time.time() + OVER) == 1
    found = insight(store, "c1")
    assert found is not None
    assert (found.outcome, counted() - before) == ("abandoned", 1)
    assert Analyst(store).look(time.time() + OVER) == 0
    assert counted() - before == 1


def test_what_is_left_after_a_restart_is_done_then(store: Store, tmp_path: Path) -> None:
    store.add([*call(1, "c1"), *call(4, "c2")])
    store.close()
    again = Store(tmp_path / "records")
    assert Analyst(again).look(time.time() + OVER) == 2
    assert insight(again, "c1") == insight(again, "c2")
    again.close()


def test_where_it_is_not_wanted_calls_are_never_analysed(store: Store) -> None:
    store.add(call(1, "c1"))
    before = counted()
    assert Analyst(store, wanted=False).look(time.time() + OVER) == 1
    assert Analyst(store).look(time.time() + OVER) == 0
    assert (insight(store, "c1"), counted()) == (None, before)


def test_one_that_cannot_be_analysed_keeps_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    follow, failed = analyst.follow, FAILED._value.get()

    def but_for_one(events: list[Event]) -> object:
        if events[0].call == "bad":
            raise ValueError(events[0].call)
        return follow(events)

    monkeypatch.setattr(analyst, "follow", but_for_one)
    store.add([*call(1, "bad"), *call(4, "good")])
    assert Analyst(store).look(time.time() + OVER) == 2
    assert (insight(store, "bad"), FAILED._value.get() - failed) == (None, 1)
    assert insight(store, "good") is not None
    assert Analyst(store).look(time.time() + OVER) == 0


def test_old_calls_are_analysed_and_not_counted(store: Store) -> None:
    store.add(call(1, "c1", at=time.time() - FRESH_S - 60))
    before = counted()
    assert Analyst(store).look(time.time()) == 1
    assert insight(store, "c1") is not None
    assert counted() == before


def test_a_caller_who_is_forgotten_leaves_no_analysis(store: Store, tmp_path: Path) -> None:
    store.add(call(1, "c1"))
    assert Analyst(store).look(time.time() + OVER) == 1
    (found,) = store.records(Query())
    store.forget({"c1"})
    with closing(sqlite3.connect(tmp_path / "records/records.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM insights").fetchone() == (0,)
    assert not store.analysed("c1", found.insight)  # of one who was forgotten meanwhile


def test_calls_are_found_by_what_became_of_them(store: Store) -> None:
    unknown = logged(2, "open_question", "c1", question="a secret of c1", register="unknown")
    store.add([*call(10, "c1"), unknown, *call(20, "c2")])
    Analyst(store).look(time.time() + OVER)

    def calls(**query: str) -> list[str]:
        return [record.call for record in store.records(Query(**query))]  # type: ignore[arg-type]

    assert calls(tag="NOT_KNOWN") == ["c1"]
    assert (calls(outcome="unknown_answer"), calls(outcome="abandoned")) == (["c1"], ["c2"])
    assert calls(outcome="caller_hung_up", tag="NOT_KNOWN") == ["c1"]
    assert calls(outcome="resolved") == calls(tag="LOOP") == []


async def test_it_works_until_it_is_to_stop_whatever_the_database_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyst, "LOOK_S", 0.01)
    to_analyse, full = store.to_analyse, [True] * 2

    def when_there_is_room(before: float, count: int) -> list[str]:
        if full:
            full.pop()
            raise sqlite3.OperationalError("database or disk is full")
        return to_analyse(before, count)

    monkeypatch.setattr(store, "to_analyse", when_there_is_room)
    store.add(call(1, "c1", at=time.time() - OVER))
    stopping = asyncio.Event()
    working = asyncio.create_task(Analyst(store).run(stopping))
    async with asyncio.timeout(10):
        while to_analyse(time.time(), 1):  # noqa: ASYNC110 - it is a database's
            await asyncio.sleep(0.01)
    stopping.set()
    await working
    assert insight(store, "c1") is not None


def test_the_versions_of_an_experiment_are_counted_apart(store: Store) -> None:
    before = counted(variant="b")
    for number, variant in enumerate(("a", "b", "b")):
        told = {"agent": "shop", "caller": "1001", "experiment": "shorter", "variant": variant}
        for place, kind in enumerate(("call_started", "call_ended")):
            event = Event(
                call=f"c{number}", kind=kind, at=time.time(), data={**told, "outcome": "caller_hung_up"}
            )
            store.add([LoggedEvent(f"{3 * number + place + 1}-0", event)])
    Analyst(store).look(time.time() + OVER)
    assert counted(variant="b") - before == 2
