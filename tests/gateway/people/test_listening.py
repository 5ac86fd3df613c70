"""Who may be in a call by voice, and when."""

from dataclasses import replace

import pytest

from gateway.people.listening import Situation, objection
from parley.messages import SupervisionMode

AGENTS = Situation(listening="announced", with_people=False, person=False, told=False, taken_over=False)
"""A call that the agent has."""
PERSONS = replace(AGENTS, with_people=True, person=True)
MODES: tuple[SupervisionMode, ...] = ("listen", "whisper", "take_over")


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (AGENTS, {"listen", "take_over"}),
        (replace(AGENTS, listening="silent"), {"listen", "take_over"}),
        (replace(AGENTS, listening="forbidden"), {"take_over"}),
        (PERSONS, set()),
        (replace(PERSONS, told=True), {"listen", "whisper"}),
        (replace(PERSONS, listening="silent"), {"listen", "whisper"}),
        (replace(PERSONS, listening="forbidden", told=True), set()),
        (replace(PERSONS, person=False, told=True), {"listen"}),
        (replace(AGENTS, taken_over=True, told=True), set()),
    ],
)
def test_what_may_be_done(now: Situation, allowed: set[str]) -> None:
    assert {mode for mode in MODES if not objection(mode, now)} == allowed


def test_why_not_is_said() -> None:
    assert objection("whisper", AGENTS) == "no person has the call; the agent is told something by a note"
    assert "forbids" in objection("listen", replace(PERSONS, listening="forbidden"))
