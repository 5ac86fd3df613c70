"""Who calls, and which numbers they may have dialled, as a channel of Asterisk's tells it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.ari.protocol import Json
from parley.agents import Agent, by_extension
from parley.telephone import numbers

_CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Addressed:
    """An agent and the extension of its file that was dialled."""

    agent: Agent
    extension: str


def addressed(agents: Mapping[str, Agent], dialled: Iterable[str]) -> Addressed | None:
    """The agent of the first of some numbers that is any's."""
    for number in dialled:
        if agent := by_extension(agents, number):
            return Addressed(agent, agent.answered_as(number) or number)
    return None


def dialled(channel: Json, headers: Iterable[str]) -> list[str]:
    """The numbers that a caller may have dialled, the likeliest first: the request's, then those of the SIP headers.

    A trunk with an account often puts what was registered into the request, and the number elsewhere: into
    P-Called-Party-ID (RFC 7315, 4.2), or only into To.
    """
    users = (numbers.user_of(header) for header in headers)
    return [str(channel["dialplan"]["exten"]), *filter(None, map(numbers.plain, users))]


def caller(channel: Json, country: str) -> str:
    """The caller's number in E.164, or that of a telephone of the house; empty: anonymous.

    A stranger writes into it whatever they like, and it becomes a key of records, a word of logs and of what a person
    is told. Only the canary has a name: it is known by its login.
    """
    if str(channel.get("name", "")).startswith(f"PJSIP/{_CANARY}-"):
        return _CANARY
    return numbers.normal(str(channel["caller"]["number"]), country)
