"""What follows an attempt, and when a campaign stops by itself."""

from typing import get_args

import pytest

from parley.messages import Event
from parley.outbound.verdict import Rule
from records.campaigns.course import Ended, again_at, ended, is_broken, postponed_s
from records.campaigns.plan import read_plan

PLAN = read_plan(
    "{agent: a, retries: {busy: {times: 2, after_s: 600}, no_answer: {times: 1, after_s: 3600},"
    " machine: {times: 1, after_s: 900}}}"
)


def event(kind: str, at: float, **data: object) -> Event:
    return Event(call="made-1", kind=kind, at=at, data=data)


MADE, STARTED = event("call_made", 1.0), event("call_started", 5.0)


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ([], None),
        ([MADE], None),
        ([MADE, STARTED], None),
        ([MADE, event("call_ended", 9.0, outcome="busy")], Ended("busy", 9.0)),
        ([MADE, STARTED, event("call_ended", 9.0, outcome="completed")], Ended("completed", 9.0, 4.0)),
        ([MADE, event("call_ended", 9.0)], Ended("unknown", 9.0)),
    ],
)
def test_what_came_of_a_call(events: list[Event], end: Ended | None) -> None:
    assert ended(events) == end


@pytest.mark.parametrize(
    ("end", "before", "again"),
    [
        (Ended("busy", 100.0), ["busy"], 700.0),
        (Ended("busy", 100.0), ["busy", "busy"], 700.0),
        (Ended("busy", 100.0), ["busy", "busy", "busy"], None),
        (Ended("no_answer", 100.0), ["busy", "busy", "no_answer"], 3700.0),
        (Ended("no_answer", 100.0), ["no_answer", "no_answer"], None),
        (Ended("failed", 100.0), ["failed"], None),
        (Ended("unknown", 100.0), ["unknown"], None),
        (Ended("completed", 100.0, 30.0), ["completed"], None),
        (Ended("busy", 100.0, 30.0), ["busy"], None),
        (Ended("machine", 100.0, 30.0), ["machine"], 1000.0),
        (Ended("message_left", 100.0, 30.0), ["message_left"], None),
    ],
)
def test_who_is_tried_again_and_when(end: Ended, before: list[str], again: float | None) -> None:
    assert again_at(PLAN, end, before) == again


@pytest.mark.parametrize(
    ("end", "wrong"),
    [
        (Ended("failed", 0.0), True),
        (Ended("refused", 0.0), True),
        (Ended("busy", 0.0), False),
        (Ended("no_answer", 0.0), False),
        (Ended("caller_hung_up", 0.0, 4.9), True),
        (Ended("caller_hung_up", 0.0, 5.0), False),
        (Ended("completed", 0.0, 2.0), False),
    ],
)
def test_which_calls_went_wrong(end: Ended, wrong: bool) -> None:
    assert end.wrong is wrong


BAD, GOOD = "failed", "completed"


@pytest.mark.parametrize(
    ("outcomes", "ago", "broken"),
    [
        ([BAD] * 4, 0.0, False),
        ([BAD] * 5, 0.0, True),
        ([BAD] * 3 + [GOOD] * 3, 0.0, True),
        ([BAD] * 3 + [GOOD] * 4, 0.0, False),
        ([BAD] * 5, 120.0, True),
        ([BAD] * 5, 120.1, False),
        ([], 0.0, False),
    ],
)
def test_a_campaign_stops_when_half_of_at_least_five_went_wrong(
    outcomes: list[str], ago: float, broken: bool
) -> None:
    ends = [Ended(outcome, 1000.0 - ago, 60.0 if outcome == GOOD else None) for outcome in outcomes]
    assert is_broken(ends, 1000.0) is broken


def test_a_rule_allows_it_later_or_never() -> None:
    later = {rule for rule in get_args(Rule) if postponed_s(rule) is not None}
    assert later == {"hours", "distance", "attempts", "budget"}
