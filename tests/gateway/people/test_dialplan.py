"""What the dialplan is told of a caller who is given away, and what its statuses mean."""

import pytest

from gateway.people import dialplan
from gateway.people.reach import Person
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Target

SHOP = Agent(name="shop", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"))


@pytest.mark.parametrize(
    ("status", "declined", "outcome"),
    [
        ("KEY", False, "taken_back"),
        ("KEY", True, "taken_back"),
        ("CALLBACK", False, "callback"),
        ("CALLBACK", True, "callback"),
        ("BUSY", False, "busy"),
        ("BUSY", True, "declined"),
        ("NOANSWER", False, "no_answer"),
        ("JOINEMPTY", False, "unavailable"),
        ("CONGESTION", False, "failed"),
        ("", True, "declined"),
    ],
)
def test_what_came_of_a_transfer(status: str, declined: bool, outcome: str) -> None:
    assert dialplan.outcome(status, declined=declined) == outcome


@pytest.mark.parametrize(("wait", "wait_s"), [(False, "0"), (True, "180")])
def test_a_person_is_rung_for_as_long_as_the_file_says(wait: bool, wait_s: str) -> None:
    person = Person.of("desk", Target(name="the desk", extension="1001", ring_s=12.0), wait=wait)
    told = dialplan.transfer_variables("c1", "100", person)
    assert told == {
        "__PARLEY_CALL": "c1",
        "PARLEY_NUMBER": "100",
        "PARLEY_KIND": "extension",
        "PARLEY_TARGET": "1001",
        "__PARLEY_RING_S": "12",
        "PARLEY_WAIT_S": wait_s,
    }


def test_a_message_is_recorded_under_the_agents_name() -> None:
    told = dialplan.voicemail_variables("c1", "100", SHOP)
    assert told["PARLEY_TARGET"] == "shop"
    assert told["PARLEY_WAIT_S"] == f"{SHOP.file.voicemail.max_s:.0f}"
    assert dialplan.message_file("c1", SHOP) == "/var/spool/asterisk/recording/voicemail/shop/c1.wav"
