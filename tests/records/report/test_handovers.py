from pathlib import Path

import pytest

from parley.messages import Event
from records.report.handovers import REASONS, called, reason
from tests.records.insight.calls import caller, event

GIVEN = event("transfer_started", 30.0, target="sales")
ASKS = caller("Can I speak to a person, please?", 10.0)
UNKNOWN = event("open_question", 12.0, question="Do you sell tea?", register="unknown", said="I do not know.")
TEA = caller("Do you sell tea?", 10.0)


@pytest.mark.parametrize(
    ("why", "events"),
    [
        (None, [*ASKS]),
        (None, []),
        ("agent", [*TEA, GIVEN]),
        ("asked", [*ASKS, GIVEN]),
        ("unknown", [*TEA, UNKNOWN, GIVEN]),
        ("asked", [*TEA, UNKNOWN, *ASKS, GIVEN]),
        ("menu", [*TEA, event("key", 20.0, digit="2"), GIVEN]),
        ("menu", [event("menu", 5.0, menu="main", key="2", label="sales"), GIVEN]),
        ("agent", [event("key", 5.0, digit="1"), *TEA, GIVEN]),
        ("closed", [event("closed", 1.0, then="transfer"), GIVEN]),
        ("agent", [event("closed", 1.0, then="agent"), *TEA, GIVEN]),
        ("overflow", [event("overflow", 1.0, to="transfer:sales"), GIVEN]),
        ("company", [*ASKS, event("command", 20.0, verb="transfer"), GIVEN]),
        ("asked", [*ASKS, event("command", 20.0, verb="say"), GIVEN]),
        ("agent", [*TEA, GIVEN, *caller("A person!", 40.0), event("transfer_started", 50.0)]),
    ],
)
def test_why_a_call_was_given_to_people(why: str | None, events: list[Event]) -> None:
    assert reason(events) == reason(reversed(events)) == why
    assert why is None or why in REASONS


SALES = {("shop", "sales"): frozenset({"sales", "sales team"}), ("shop", "desk"): frozenset({"desk"})}
TEAM = caller("Can I talk to your sales team?", 10.0)


@pytest.mark.parametrize(
    ("why", "events"),
    [
        ("asked", [*TEAM, GIVEN]),
        ("asked", [*TEA, UNKNOWN, *caller("Sales, please.", 20.0), GIVEN]),
        ("agent", [*TEAM, event("tool", 12.0, name="transfer"), GIVEN]),
        ("agent", [*TEAM, *caller("When do you open?", 20.0), GIVEN]),
        ("agent", [*TEAM, event("transfer_started", 30.0, target="desk")]),
        ("agent", [*caller("Do you do salesmanship?", 10.0), GIVEN]),
    ],
)
def test_who_names_the_people_asks_for_them(why: str, events: list[Event]) -> None:
    assert reason(events, SALES) == why


def test_people_are_called_as_the_agents_files_have_it() -> None:
    found = called(Path(__file__).parents[3] / "agents")
    assert {"sales", "our sales team", "salesperson"} <= found["techstore", "sales"]
