"""Whom a channel calls."""

from typing import Any

import pytest

from gateway.ari.addressed import addressed, dialled
from parley.agents import Agent, AgentFile


def agent(name: str, *extensions: str) -> Agent:
    return Agent(
        name=name, file=AgentFile(company="Shop", extensions=extensions, greeting="Hello", persona="p")
    )


AGENTS = {"a": agent("a", "100", "+493023125301"), "b": agent("b", "200", "*97")}


def channel(exten: str) -> dict[str, Any]:
    return {"dialplan": {"exten": exten}}


@pytest.mark.parametrize(
    ("exten", "headers", "expected"),
    [
        ("100", [], ("a", "100")),
        ("*97", [], ("b", "*97")),
        ("03023125301", [], ("a", "+493023125301")),
        ("+", ["", "<sip:03023125301@gw>"], ("a", "+493023125301")),
        ("+", ["<sip:200@gw>", "<sip:03023125301@gw>"], ("b", "200")),
        ("100", ["<sip:200@gw>"], ("a", "100")),
        ("999", ["<sip:998@gw>"], None),
        ("+", [], None),
    ],
)
def test_the_first_number_that_an_agent_has_is_meant(
    exten: str, headers: list[str], expected: tuple[str, str] | None
) -> None:
    found = addressed(AGENTS, dialled(channel(exten), headers))
    assert (found and (found.agent.name, found.extension)) == expected
