"""Which numbers a caller may have dialled, as a channel of Asterisk's tells it, and whose they are. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.ari.protocol import Json
from parley.agents import Agent, by_extension
from parley.telephone import numbers


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
