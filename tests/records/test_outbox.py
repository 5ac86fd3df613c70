import sqlite3
from pathlib import Path

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.outside.over.corrections import Correction
from parley.usage.tally import EVENT
from records.insight.insight import Insight
from records.kept.topics import Kind
from records.store import Store
from tests.records.test_store import call, logged

COUNT = 1000


@pytest.fixture
def noting(store: Store) -> Store:
    store.outbox.switch(on=True)
    store.outbox.fill()
    return store


def waiting(store: Store) -> list[str]:
    return [call for _, call in store.outbox.entries(COUNT)]


def strike_out(store: Store) -> None:
    store.outbox.sent(store.outbox.entries(COUNT)[-1][0])
    assert waiting(store) == []


def test_nothing_is_noted_where_nothing_is_copied(store: Store) -> None:
    store.outbox.switch(on=False)
    store.add(call(1, "c1"))
    store.forget(["c1"])
    assert waiting(store) == []
    assert store.outbox.waiting() == (0, None)


def test_a_call_is_noted_once_it_is_over(noting: Store) -> None:
    started, said, ended = call(1, "c1")
    noting.add([started, said])
    assert waiting(noting) == []
    noting.add([ended])
    assert waiting(noting) == ["c1"]


def test_whatever_changes_a_call_that_is_over_is_noted(noting: Store) -> None:
    noting.add(call(1, "c1"))
    told = Insight(outcome="resolved", tags=[], score=None, parts={})
    correction = Correction(id="1", call="c1", turn=1, text="tea", by="crm")
    use = {"part": "llm", "engine": "gpt"}
    changes = {
        "an event that came late": lambda: noting.add([logged(9, "late", "c1")]),
        "what was made of it": lambda: noting.analysed("c1", told, unread=True),
        "what was read in it": lambda: noting.was_read("c1", told, Kind("shop", "")),
        "a correction": lambda: noting.corrections.keep(correction, 1.0),
        "one that is withdrawn": lambda: noting.corrections.keep(
            Correction(id="2", call="c1", turn=1, text="", by="crm"), 2.0
        ),
        "what was used": lambda: noting.ledger.enter([logged(10, EVENT, "c1", uses=[use])], None),
        "its end": lambda: noting.expire(0),
    }
    for what, change in changes.items():
        strike_out(noting)
        change()
        assert waiting(noting) == ["c1"], what


def test_what_silence_ended_and_what_was_forgotten_is_noted(noting: Store) -> None:
    noting.add([*call(1, "c1"), *call(4, "c2")[:2]])
    strike_out(noting)
    noting.end_silent(2e12)
    noting.forget(["c1"])
    assert waiting(noting) == ["c2", "c1"]


def test_a_call_waits_once_at_the_place_of_its_last_change(noting: Store) -> None:
    noting.add([*call(1, "c1"), *call(4, "c2")])
    noting.add([logged(9, "late", "c1")])
    assert waiting(noting) == ["c2", "c1"]


def test_what_changes_after_it_was_read_to_be_sent_stays(noting: Store) -> None:
    noting.add([*call(1, "c1"), *call(4, "c2")])
    last = noting.outbox.entries(COUNT)[-1][0]
    noting.add([logged(9, "late", "c1")])
    noting.outbox.sent(last)
    assert waiting(noting) == ["c1"]


def test_a_change_that_does_not_come_about_is_not_noted(noting: Store) -> None:
    noting.add(call(1, "c1"))
    strike_out(noting)
    timeless = LoggedEvent("7-0", Event(call="c3", kind="key", at=None))  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        noting.add([*call(4, "c2"), timeless])
    assert waiting(noting) == []


def test_another_process_s_changes_are_noted_and_survive_a_restart(noting: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "records")
    other.add(call(1, "c1"))
    other.close()
    again = Store(tmp_path / "records")
    assert waiting(again) == ["c1"]
    assert again.outbox.standing() == noting.outbox.standing()
    again.close()


def test_what_was_missed_while_it_was_off_is_copied_anew(noting: Store) -> None:
    noting.add([*call(1, "c1", at=2.0), *call(4, "c2", at=1.0), *call(7, "c3")[:2]])
    strike_out(noting)
    before = noting.outbox.standing()
    noting.outbox.switch(on=False)
    noting.outbox.switch(on=True)
    after = noting.outbox.standing()
    assert (after.origin, after.sent, after.sending) == (before.origin, -1, -1)
    noting.outbox.fill()
    assert waiting(noting) == ["c2", "c1"]
    assert noting.outbox.entries(1)[0][0] > before.sent
