"""The book of campaigns: how far a list is, who is shown of it, and how a campaign may stand."""

from pathlib import Path

import pytest

from records.campaigns.book import Book, Tally
from records.campaigns.course import Ended
from records.campaigns.plan import Row, read_plan
from records.campaigns.table import RESULTS, line, result

PLAN = read_plan("agent: shop")
ROWS = [Row(f"100{n}", "form") for n in range(6)]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Six people, of whom two are done with and one is being called."""
    book = Book(tmp_path)
    book.put("spring", PLAN, ROWS)
    book.put("autumn", PLAN, ROWS[:1])
    for call, number in (("c0", "1000"), ("c1", "1000"), ("c2", "1001"), ("c3", "1002")):
        book.begin(call, "spring", number, 1000.0 + int(call[1]))
    for call in ("c0", "c1", "c2"):
        book.end(call, Ended("busy" if call != "c2" else "completed", 1100.0))
    book.never("spring", "1000", "busy")
    book.never("spring", "1001", "completed")
    book.later("spring", "1004", 2000.0, "hours")
    return book


def test_how_far_a_list_is(book: Book) -> None:
    outcomes = {"busy": 1, "completed": 1, "hours": 1}
    assert book.tally("spring") == Tally(people=6, waiting=3, calling=1, done=2, outcomes=outcomes)
    assert book.tally("autumn") == Tally(people=1, waiting=1, calling=0, done=0, outcomes={})
    assert book.tally("winter") == Tally(0, 0, 0, 0, {})


def test_some_of_a_list_are_shown_in_its_order(book: Book) -> None:
    shown = [each.number for each in book.results("spring", count=2, skip=1)]
    assert shown == ["1001", "1002"]
    assert [each.number for each in book.results("spring", state="waiting")] == ["1003", "1004", "1005"]
    assert [each.number for each in book.results("spring", state="waiting", outcome="hours")] == ["1004"]
    assert book.results("spring", outcome="hours", skip=1) == []
    (busy,) = book.results("spring", outcome="busy")
    assert (busy.attempts, busy.call, busy.last_at) == (2, "c1", 1001.0)
    assert line(RESULTS) == "number,state,outcome,attempts,last_call,last_at\n"
    assert line(result(busy)) == "1000,done,busy,2,c1,1970-01-01T00:16:41.000Z\n"


def test_a_campaign_changes_only_from_what_was_meant(book: Book) -> None:
    assert not book.change("spring", ("running",), "paused", 1.0)
    assert book.change("spring", ("paused", "tripped"), "running", 2.0)
    assert not book.change("winter", ("paused",), "running", 2.0)
    assert book.change("spring", ("running",), "paused", 3.0)
    spring = book.campaign("spring")
    assert spring is not None
    assert (spring.state, spring.since) == ("paused", 2.0)


def test_who_is_forgotten_is_in_no_file(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.put("spring", PLAN, [Row("+4930123456", "form", {"name": "Jane Secret"})])
    assert any(b"Jane Secret" in file.read_bytes() for file in tmp_path.iterdir())
    book.forget("0049 30 123456")
    assert book.results("spring") == []
    assert not any(b"Jane Secret" in file.read_bytes() for file in tmp_path.iterdir())
