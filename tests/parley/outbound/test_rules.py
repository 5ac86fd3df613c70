"""Whether a call may be made: every rule allows and refuses, and none can be talked around."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from parley.outbound.rules import Rules, is_outside, judge, judge_inside, next_allowed
from parley.outbound.verdict import Asked, Known, Rule
from parley.outbound.week import Week

BERLIN, VIENNA, NEW_YORK = "+4930123456", "+4312345678", "+12025550123"
RUSSIAN_MOBILE = "+79161234567"
RULES = Rules(
    prefixes=("+49", "+43", "+1", "+7", "+8", "+44"),
    caller_ids=("+4930999", "+4930998"),
    hours=Week.read("mon-sat 09:00-20:00"),
    attempts=3,
    attempts_days=7,
    distance_s=600,
    budget=10,
)


def at(day: int, hour: int, minute: int = 0) -> float:
    """A time in November 2026 by UTC; the 30th is a Monday, and Berlin is an hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


NOON = at(30, 11)


def known(now: float = NOON, *, ago: tuple[float, ...] = (), made: int = 0, unwanted: bool = False) -> Known:
    return Known(now, at(1, 0) if unwanted else None, tuple(now - s for s in ago), made)


ASKED = Asked(BERLIN, "+4930999")


def refusing(rules: Rules = RULES, *, asked: dict[str, str] | None = None, **what: Any) -> str:
    """The rule that does not allow a call; empty: all do."""
    refused = judge(rules, replace(ASKED, **(asked or {})), known(**what)).refused
    return refused.rule if refused else ""


DAY = 86_400.0
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("an ordinary number at noon", {}, ""),
    ("a mobile telephone", {"asked": {"to": "+4915112345678"}}, ""),
    ("a campaign without consent", {"asked": {"campaign": "spring", "consent": " "}}, "consent"),
    ("a campaign with it", {"asked": {"campaign": "spring", "consent": "form of 3 May"}}, ""),
    ("a number that is shown without leave", {"asked": {"caller_id": "+4930555"}}, "caller_id"),
    ("the agent's own number", {"asked": {"caller_id": ""}}, ""),
    ("a country that is not allowed", {"asked": {"to": "+33612345678"}}, "prefix"),
    ("nothing is allowed", {"rules": replace(RULES, prefixes=())}, "prefix"),
    ("shared cost", {"asked": {"to": "+491802123456"}}, "number_type"),
    ("premium rate", {"asked": {"to": "+499001234567"}}, "number_type"),
    ("a personal number", {"asked": {"to": "+447012345678"}}, "number_type"),
    ("a number that nobody can have", {"asked": {"to": "+15551234567"}}, "number_type"),
    ("the same telephone, written otherwise", {"asked": {"to": "+49030123456"}}, "number_type"),
    ("who wants none", {"unwanted": True}, "do_not_call"),
    ("a satellite, whose clock nobody knows", {"asked": {"to": "+870773111111"}}, "hours"),
    ("just before it is allowed in Berlin", {"now": at(30, 7, 59)}, "hours"),
    ("as soon as it is", {"now": at(30, 8)}, ""),
    ("the last minute", {"now": at(30, 18, 59)}, ""),
    ("too late", {"now": at(30, 19)}, "hours"),
    ("Sunday", {"now": at(29, 11)}, "hours"),
    ("Saturday", {"now": at(28, 11)}, ""),
    ("noon in Berlin is six in New York", {"asked": {"to": NEW_YORK}}, "hours"),
    ("four in Berlin is ten there", {"asked": {"to": NEW_YORK}, "now": at(30, 15)}, ""),
    ("night somewhere in a wide country", {"asked": {"to": RUSSIAN_MOBILE}, "now": at(30, 15)}, "hours"),
    ("an hour that suits all of them", {"asked": {"to": RUSSIAN_MOBILE}, "now": at(30, 7, 30)}, ""),
    ("the last one of the budget", {"made": 9}, ""),
    ("one too many", {"made": 10}, "budget"),
    ("without a budget", {"made": 10_000, "rules": replace(RULES, budget=0)}, ""),
    ("the last attempt", {"ago": (DAY, 2 * DAY)}, ""),
    ("an attempt too many", {"ago": (DAY, 2 * DAY, 3 * DAY)}, "attempts"),
    ("one of them was long ago", {"ago": (DAY, 2 * DAY, 7 * DAY)}, ""),
    ("without a limit", {"ago": (DAY,) * 90, "rules": replace(RULES, attempts=0)}, ""),
    ("too soon", {"ago": (599,)}, "distance"),
    ("soon enough", {"ago": (600,)}, ""),
    ("a clock that was set back", {"ago": (-100,)}, "distance"),
    ("without a distance", {"ago": (0,), "rules": replace(RULES, distance_s=0)}, ""),
]


@pytest.mark.parametrize(("what", "case", "rule"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_allows_and_refuses(what: str, case: dict[str, Any], rule: str) -> None:
    assert refusing(**case) == rule, what


def test_every_rule_is_tried() -> None:
    assert {rule for _, _, rule in CASES} == {"", *get_args(Rule)}


@pytest.mark.parametrize("case", [case for case in CASES if case[2]], ids=lambda case: case[0])
def test_a_reason_says_what_stands_against_it(case: tuple[str, dict[str, Any], str]) -> None:
    what = dict(case[1])
    asked = replace(ASKED, **what.pop("asked", {}))
    refused = judge(what.pop("rules", RULES), asked, known(**what)).refused
    assert refused is not None
    assert len(refused.reason) > 10
    assert asked.to not in refused.reason  # answers of the API are read in logs


def test_the_evidence_is_what_was_looked_at() -> None:
    asked = Asked(NEW_YORK, campaign="spring", consent="form of 3 May")
    evidence = judge(RULES, asked, known(at(30, 15), ago=(DAY,), made=4)).evidence
    assert evidence == {
        "campaign": "spring",
        "consent": "form of 3 May",
        "number_type": "fixed_line_or_mobile",
        "local_time": {"America/New_York": "2026-11-30T10:00:00-05:00"},
        "allowed_hours": "mon-sat 09:00-20:00",
        "lists_read_at": "2026-11-30T15:00:00Z",
        "calls_before": 1,
        "calls_in_24_h": 4,
    }


def test_a_clock_that_changes_in_spring_is_that_of_the_place() -> None:
    """Berlin is two hours ahead from the 29th of March: eight there is six by UTC, and too early."""
    before, after = datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert refusing(now=before.timestamp()) == ""
    assert refusing(now=after.timestamp()) == ""
    assert refusing(now=after.replace(hour=6).timestamp()) == "hours"


def test_a_number_that_is_shown_is_one_of_the_operators() -> None:
    assert RULES.shown(BERLIN, "") == "+4930999"
    assert RULES.shown(BERLIN, "+4930998") == "+4930998"
    assert RULES.shown("1002", "") == ""
    assert replace(RULES, caller_ids=()).shown(BERLIN, "") == ""


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (Asked("1002"), ""),
        (Asked("1002", "+4930998"), ""),
        (Asked("1002", "110"), "caller_id"),
        (Asked("1002", campaign="spring"), "consent"),
    ],
)
def test_telephones_of_the_house_are_asked_for_little(asked: Asked, rule: str) -> None:
    refused = judge_inside(RULES, asked)
    assert (refused.rule if refused else "") == rule
    assert (is_outside("1002"), is_outside(BERLIN)) == (False, True)


@pytest.mark.parametrize(
    ("to", "asked", "allowed"),
    [
        (BERLIN, at(30, 11, 7), at(30, 11, 7)),
        (BERLIN, at(29, 19, 10), at(30, 8)),
        (BERLIN, at(30, 3, 59), at(30, 8)),
        # On Saturday evening: Sunday is no day to call.
        (BERLIN, at(28, 22), at(30, 8)),
        (NEW_YORK, at(30, 11), at(30, 14)),
        # In all zones where it may be: at eight it is evening already in Kamchatka.
        (RUSSIAN_MOBILE, at(30, 8), at(30, 7) + DAY),
        ("1001", at(30, 3), at(30, 3)),
        ("+0", at(30, 11), None),
    ],
)
def test_the_next_allowed_moment(to: str, asked: float, allowed: float | None) -> None:
    found = next_allowed(RULES, to, datetime.fromtimestamp(asked, UTC))
    assert (found and found.timestamp()) == allowed
