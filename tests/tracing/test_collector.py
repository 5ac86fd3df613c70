"""Events of several calls at once."""

import pytest

from parley.event_log import LoggedEvent
from tests.tracing.call import CALL, EVENTS, event
from tracing.collector import Collector


def test_a_call_is_given_out_when_it_ends() -> None:
    collector = Collector()
    results = []
    for number, (mine, other) in enumerate(
        zip(EVENTS, [event("key", 0.0, call="b")] * len(EVENTS), strict=True)
    ):
        results.append(collector.add(LoggedEvent(f"{number}-0", mine), 0.0))
        assert collector.add(LoggedEvent(f"{number}-1", other), 0.0) is None
    assert results[:-1] == [None] * (len(EVENTS) - 1)
    assert results[-1] is not None
    assert results[-1].trace.call == CALL
    assert results[-1].entry_ids == tuple(f"{number}-0" for number in range(len(EVENTS)))


def test_an_event_that_cannot_be_read_is_nobodys() -> None:
    collector = Collector()
    assert collector.add(LoggedEvent("1-0", None), 0.0) is None
    assert list(collector.expired(100.0, 1.0)) == []


@pytest.mark.parametrize("kind", ["call_outcome", "usage"])
def test_what_is_known_after_a_call_begins_no_other(kind: str) -> None:
    collector = Collector()
    assert collector.add(LoggedEvent("1-0", event(kind, 0.0)), 0.0) is None
    assert list(collector.expired(100.0, 1.0)) == []


def test_a_call_whose_end_is_never_told_is_given_up() -> None:
    collector = Collector()
    collector.add(LoggedEvent("1-0", EVENTS[0]), 10.0)
    collector.add(LoggedEvent("2-0", event("key", 1.0, call="b")), 60.0)
    (finished,) = collector.expired(100.0, 50.0)
    assert (finished.trace.call, finished.trace.outcome, finished.entry_ids) == (CALL, "", ("1-0",))
    assert list(collector.expired(100.0, 50.0)) == []
