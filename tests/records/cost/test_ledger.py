"""What engines did for calls, and what that cost, in a real database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from parley.event_log import LoggedEvent
from records.cost import metrics
from records.cost.ledger import Cost, Used
from records.cost.prices import Price, Prices
from records.query import Query
from records.record import Record
from records.store import Store
from tests.records.test_store import call, logged

PRICES = Prices(
    currency="EUR",
    engines={"whisper-1": Price(minute=0.006), "big": Price(million_read=2.0, million_written=10.0)},
)
HEARD = {"part": "stt", "engine": "whisper-1", "requests": 1, "seconds": 30.0}
WRITTEN = {"part": "llm", "engine": "big", "requests": 1, "read": 1000, "cached": 400, "written": 100}
SPOKEN = {"part": "tts", "requests": 2, "characters": 80}


def used(number: int, *uses: dict[str, object], name: str = "c1") -> LoggedEvent:
    return logged(number, "usage", name, uses=list(uses))


def record(store: Store, name: str = "c1") -> Record:
    found = store.record(name)
    assert found is not None
    return found


def take(store: Store, *events: LoggedEvent, prices: Prices | None = PRICES) -> int:
    """How many entries are new."""
    store.add(events)
    return len(store.ledger.enter(events, prices))


def test_a_record_tells_what_engines_did_and_what_they_cost(store: Store) -> None:
    new = take(
        store, *call(1, "c1"), used(4, HEARD), used(5, WRITTEN, SPOKEN), used(6, HEARD | {"estimated": 1})
    )
    assert new == 4
    found = record(store)
    nothing = {"seconds": 0.0, "read": 0, "cached": 0, "written": 0, "characters": 0, "estimated": 0}
    assert found.usage == [
        Used(**nothing | WRITTEN | {"cost": pytest.approx(0.003)}),  # type: ignore[arg-type]
        Used(
            **nothing | HEARD | {"requests": 2, "seconds": 60.0, "estimated": 1, "cost": pytest.approx(0.006)}
        ),  # type: ignore[arg-type]
        Used(**nothing | SPOKEN | {"engine": "local", "cost": 0.0}),  # type: ignore[arg-type]
    ]
    assert found.cost == Cost(amount=pytest.approx(0.009), currency="EUR", whole=True)
    assert all(event["kind"] != "usage" for event in found.events)


def test_what_comes_twice_is_entered_once(store: Store) -> None:
    assert take(store, *call(1, "c1"), used(4, HEARD)) == 1
    assert take(store, used(4, HEARD)) == 0
    assert record(store).usage[0].seconds == 30.0


def test_an_engine_without_a_price_costs_more_than_is_known(store: Store) -> None:
    take(store, *call(1, "c1"), used(4, HEARD), used(5, WRITTEN | {"engine": "unheard-of"}))
    found = record(store)
    assert found.cost == Cost(amount=pytest.approx(0.003), currency="EUR", whole=False)
    assert {use.engine: use.cost for use in found.usage} == {
        "unheard-of": None,
        "whisper-1": pytest.approx(0.003),
    }


def test_without_prices_there_is_use_and_no_cost(store: Store) -> None:
    take(store, *call(1, "c1"), used(4, SPOKEN), prices=None)
    found = record(store)
    assert (found.usage[0].characters, found.usage[0].cost, found.cost) == (80, None, None)


def test_a_price_is_that_of_its_time(store: Store) -> None:
    dearer = Prices(currency="EUR", engines={"whisper-1": Price(minute=0.6)})
    take(store, *call(1, "c1"), used(4, HEARD))
    take(store, used(5, HEARD), prices=dearer)
    cost = record(store).cost
    assert cost is not None
    assert cost.amount == pytest.approx(0.003 + 0.3)
    swiss = Prices(currency="CHF", engines={"whisper-1": Price(minute=1.0)})
    take(store, used(6, HEARD), prices=swiss)
    assert record(store).cost == Cost(amount=pytest.approx(0.5), currency="CHF", whole=False)


def test_use_that_is_told_before_or_after_a_call_changes_nothing_of_its_course(store: Store) -> None:
    started, said, ended = call(1, "c1", at=1000.0)
    take(store, logged(0, "usage", at=990.0, uses=[SPOKEN]))
    take(store, started, said, ended)
    take(store, logged(9, "usage", at=2000.0, uses=[SPOKEN]))
    found = record(store)
    assert (found.duration_s, found.usage[0].characters) == (0.0, 160)
    take(store, used(20, SPOKEN, name="c2"))
    assert store.record("c2") is None  # nothing else is known of it yet
    assert [kept.call for kept in store.records(Query())] == ["c1"]


def test_who_is_forgotten_leaves_no_use_and_it_does_not_come_back(store: Store, tmp_path: Path) -> None:
    take(store, *call(1, "c1"), used(4, HEARD))
    store.forget({"c1"})
    assert take(store, used(5, HEARD)) == 0
    with closing(sqlite3.connect(tmp_path / "records/records.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM usage").fetchone() == (0,)


def test_use_that_cannot_be_read_is_left_out(store: Store) -> None:
    wrong = [
        logged(4, "usage", uses=[{"part": "tea"}]),
        logged(5, "usage"),
        logged(6, "usage", uses=[{"part": "tts", "read": "x"}]),
    ]
    assert take(store, *call(1, "c1"), *wrong, used(7, SPOKEN)) == 1


def test_a_database_of_an_older_version_gets_the_table(tmp_path: Path) -> None:
    older = Store(tmp_path / "older")
    older.add(call(1, "c1"))
    older.close()
    with closing(sqlite3.connect(tmp_path / "older/records.sqlite")) as db:
        db.executescript(
            "DROP TABLE usage; DROP TABLE topics; DROP TABLE wishes; DROP TABLE corrections;"
            "DROP TABLE outbox; DROP TABLE copying;"
            "PRAGMA user_version = 2;"
        )
    newer = Store(tmp_path / "older")
    assert record(newer).usage == []
    assert take(newer, used(4, HEARD)) == 1
    newer.close()


def counted(metric: object, *labels: str) -> float:
    return metric.labels(*labels)._value.get()  # type: ignore[attr-defined]


def test_every_entry_is_counted_once_by_engine(store: Store) -> None:
    asked = {
        "seconds": (metrics.RECOGNISED, "whisper-1"),
        "read": (metrics.TOKENS, "big", "read"),
        "cached": (metrics.TOKENS, "big", "cached"),
        "written": (metrics.TOKENS, "big", "written"),
        "spoken": (metrics.SPOKEN, "local"),
        "cost": (metrics.COST, "shop", "whisper-1", "EUR"),
        "unpriced": (metrics.UNPRICED, "unheard-of"),
    }
    before = {name: counted(*labels) for name, labels in asked.items()}
    events = [*call(1, "c1"), used(4, HEARD, WRITTEN, SPOKEN), used(5, WRITTEN | {"engine": "unheard-of"})]
    for _ in range(2):
        store.add(events)
        metrics.begin(events, PRICES)
        metrics.count(store.ledger.enter(events, PRICES), PRICES)
    grown = {name: counted(*labels) - before[name] for name, labels in asked.items()}
    assert grown == {
        "seconds": 30.0,
        "read": 600,
        "cached": 400,
        "written": 100,
        "spoken": 80,
        "cost": pytest.approx(0.003),
        "unpriced": 1,
    }
