"""What is asked of an answer's words, and of a conversation by its events."""

from typing import Any, get_args

import pytest

from parley.messages import Event
from parley.simulation.schema import Became, Checks, End, Happened
from records.insight.outcome import OUTCOMES
from records.insight.tags import TAGS
from simulate.checks import language_of, of_answer, of_end, remarks
from simulate.stage import Exchange


def unlike(*_: str) -> float:
    return 0.0


def test_the_names_are_those_of_the_records() -> None:
    assert get_args(Became) == OUTCOMES
    assert get_args(Happened) == TAGS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Die Tiefgarage kostet 2 Euro pro Stunde, und die Einfahrt ist in der Kanalstraße.", "de"),
        ("The garage costs 2 euros an hour, and it is open at night.", "en"),
        ("El aparcamiento cuesta 2 euros por hora y la entrada está en la calle.", "es"),
        ("Nova 5", ""),
        ("", ""),
    ],
)
def test_the_language_of_an_answer(text: str, code: str) -> None:
    assert language_of(text) == code


def test_an_answer_in_another_language_than_the_agent_speaks() -> None:
    english = "The garage costs 2 euros an hour, and it is open at night."
    exchange = Exchange("Was kostet das?", 0.0, lines=[english], language="de")
    assert list(of_answer(Checks(language="de"), exchange, unlike, timed=False)) == [
        "is written in en, not in de"
    ]


def event(kind: str, at: float = 1.0, **data: Any) -> Event:
    return Event(call="sim-1", kind=kind, at=at, data=data)


def test_what_was_collected_is_the_last_value() -> None:
    told = [
        event("call_started", 0.0, channel="web"),
        event("collected", name="order", digits="4711"),
        event("collected", name="order", digits="4712"),
        event("collected", name="day", of="date", value="2031-03-03"),
    ]
    assert list(of_end(End(collected={"order": "4712", "day": "2031-03-03"}), told)) == []
    assert list(of_end(End(collected={"order": "4711"}), told)) == ["collected: order is '4712', not '4711'"]


def test_one_of_several_outcomes_is_enough() -> None:
    told = [event("call_started", 0.0, channel="web"), event("call_ended", 2.0, outcome="visitor_left")]
    assert list(of_end(End(outcome=("resolved", "abandoned")), told)) == []
    assert list(of_end(End(outcome=("resolved", "failed")), told)) == [
        "outcome: is abandoned, not resolved or failed"
    ]


def test_menus_are_told_by_their_keys() -> None:
    told = [event("call_started", 0.0, channel="web"), *(event("menu", key=key) for key in "13")]
    assert list(of_end(End(menus=("1", "3"), no_tags=("LOOP",)), told)) == []
    assert list(of_end(End(menus=("3",)), told)) == ["menus: were 1, 3, not 3"]


@pytest.mark.parametrize(
    ("said", "told", "remark"),
    [
        ("When are you open?", [event("caller_said", text="when are you open")], []),
        (
            "When are you open?",
            [event("caller_said", text="Where are you?")],
            ["was understood as 'Where are you?'"],
        ),
        (
            "When are you open?",
            [
                event("caller_said", text="When are"),
                event("caller_said", text="When are you open?", again=True),
            ],
            [],
        ),
        (
            "Hours? … And where?",
            [event("caller_said", text="Hours?"), event("caller_said", text="And where?")],
            [],
        ),
        (
            "Stop.",
            [event("barge_in", outcome="interrupted", stop_s=0.123), event("barge_in", outcome="resumed")],
            ["the agent was interrupted, and fell silent after 0.12 s"],
        ),
        ("1", [event("key", key="1")], []),
    ],
)
def test_what_is_worth_knowing_of_a_call(said: str, told: list[Event], remark: list[str]) -> None:
    assert list(remarks(Exchange(said, 0.0, events=told))) == remark
