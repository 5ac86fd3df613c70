"""Calls are found page by page, and by what was said in them; what is forgotten is found no more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from records.query import Query
from records.store import Store

Said = tuple[str, str]


@pytest.fixture
def number() -> Iterator[int]:
    """Numbers of entries in the stream."""
    return iter(range(1, 10_000))


def call(
    store: Store, number: Iterator[int], name: str, at: float, *said: Said, outcome: str = "caller_hung_up"
) -> None:
    """Put a call into the store; without an outcome it goes on."""
    happened = [("call_started", {"caller": "1001", "extension": "100"})]
    happened += [(kind, {"text": text, "turn": 1, "revision": 1}) for kind, text in said]
    happened += [("call_ended", {"outcome": outcome})] if outcome else []
    store.add(
        LoggedEvent(f"{next(number)}-0", Event(call=name, kind=kind, at=at, data={"agent": "shop", **data}))
        for kind, data in happened
    )


def found(store: Store, **query: object) -> list[str]:
    return [record.call for record, _ in store.page(Query(**query), 100).records]  # type: ignore[arg-type]


def test_pages_follow_each_other_newest_first_and_leave_nothing_out(
    store: Store, number: Iterator[int]
) -> None:
    for name, at in (("a", 1.0), ("b", 2.0), ("c", 2.0), ("d", 2.0), ("e", 3.0)):
        call(store, number, name, at)
    pages, after = [], None
    while not pages or after is not None:
        page = store.page(Query(), 2, after)
        after = page.after
        pages.append([record.call for record, _ in page.records])
    assert pages == [["e", "d"], ["c", "b"], ["a"]]


def test_a_page_that_is_just_full_is_the_last(store: Store, number: Iterator[int]) -> None:
    call(store, number, "a", 1.0)
    assert store.page(Query(), 1).after is None


def test_a_call_that_goes_on_is_known_as_one(store: Store, number: Iterator[int]) -> None:
    call(store, number, "over", 1.0)
    call(store, number, "on", 2.0, outcome="")
    page = store.page(Query(over=None), 10)
    assert [(record.call, over) for record, over in page.records] == [("on", False), ("over", True)]
    assert found(store, over=False) == ["on"]
    assert found(store) == ["over"]


def test_calls_are_chosen_by_outcome(store: Store, number: Iterator[int]) -> None:
    call(store, number, "a", 1.0, outcome="transferred")
    call(store, number, "b", 2.0)
    call(store, number, "c", 3.0, outcome="")
    assert found(store, outcome="transferred") == ["a"]
    store.end_silent(4.0)
    assert found(store, outcome="lost") == ["c"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("saturday", ["hours"]),
        ("SATURDAY opening", ["hours"]),
        ("saturday espresso", []),  # each was said, but not in one call
        ("cafe", ["cafe"]),
        ("grinder", ["cafe"]),
        ('" OR saturday NEAR( * -^', []),
        ("saturday OR espresso", []),
        ("?!", []),
        ("", ["cafe", "hours"]),
        ("a\0b", []),
    ],
)
def test_calls_are_found_by_words(store: Store, number: Iterator[int], text: str, calls: list[str]) -> None:
    call(store, number, "hours", 1.0, ("caller_said", "What are your opening hours on Saturday?"))
    said = (("caller_said", "Is there a Café?"), ("agent_said", "We sell espresso, and a grinder."))
    call(store, number, "cafe", 2.0, *said)
    assert found(store, text=text) == calls


def test_what_comes_twice_is_found_once_and_gone_for_good_when_forgotten(
    store: Store, number: Iterator[int], tmp_path: Path
) -> None:
    call(store, number, "a", 1.0, ("caller_said", "my flamingo is pink"))
    call(store, iter(range(1, 100)), "a", 1.0, ("caller_said", "my flamingo is pink"))
    call(store, number, "b", 2.0, ("caller_said", "another call"))
    with closing(sqlite3.connect(tmp_path / "records/records.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM said WHERE call = 'a'").fetchone() == (1,)
        store.forget({"a"})
        assert db.execute("SELECT count(*) FROM words WHERE words MATCH 'flamingo'").fetchone() == (0,)
    assert found(store, text="flamingo") == []
    assert found(store, text="another") == ["b"]
    for file in (tmp_path / "records").iterdir():
        assert b"flamingo" not in file.read_bytes(), file


def test_a_database_of_an_older_version_is_searched_as_well(tmp_path: Path, number: Iterator[int]) -> None:
    older = Store(tmp_path / "older")
    call(older, number, "a", 1.0, ("caller_said", "Do you sell tea?"), ("agent_said", ""))
    older.close()
    with closing(sqlite3.connect(tmp_path / "older/records.sqlite")) as db:
        db.executescript(
            "DROP TABLE words; DROP TABLE said; DROP TABLE insights; DROP TABLE usage;"
            "DROP TABLE topics; DROP TABLE wishes; DROP TABLE corrections; DROP INDEX calls_to_analyse;"
            "DROP TABLE outbox; DROP TABLE copying;"
            "ALTER TABLE calls DROP COLUMN analysed; PRAGMA user_version = 0;"
        )
    for _ in range(2):  # the second time changes nothing
        newer = Store(tmp_path / "older")
        assert found(newer, text="tea") == ["a"]
        assert newer.to_analyse(2.0, 10) == ["a"]
        newer.close()


def test_who_reads_sees_what_is_written_and_can_write_nothing(
    store: Store, number: Iterator[int], tmp_path: Path
) -> None:
    reader = Store.reading(tmp_path / "records")
    assert found(reader) == []
    call(store, number, "a", 1.0)
    assert found(reader) == ["a"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.forget({"a"})
    reader.close()


def test_without_a_database_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), closing(Store.reading(tmp_path)) as reader:
        reader.count()
    assert list(tmp_path.iterdir()) == []
