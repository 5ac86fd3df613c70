"""The first words of a call whose caller the company knows."""

from typing import Any

import msgspec
import pytest

from parley.agents import Agent
from parley.agents.schema import Closed, Hours, Lookup, Recording
from parley.outside.lookups import LookupAnswer
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange

LOOKUP = Lookup(url="https://crm.example/", fields={"name": ""}, greeting="Hello {name}.")
JANE = LookupAnswer(result="known", fields={"name": "Mrs. Doe"})
CLOSED = Hours(timezone="UTC", week={}, closed=Closed(say="We are closed."))


def knowing(**fields: Any) -> Agent:
    file = msgspec.structs.replace(AGENT.file, lookup=LOOKUP, **fields)
    return msgspec.structs.replace(AGENT, file=file)


def first(it: Exchange) -> tuple[str, str]:
    """What was said first: of what kind, and its words where they are not the agent's own."""
    return next((job.kind, job.text) for job in it.bus.jobs() if job.revision == 0)


@pytest.mark.parametrize(
    ("agent", "answer", "said"),
    [
        (knowing(), JANE, ("line", "Hello Mrs. Doe.")),
        (knowing(), LookupAnswer(result="unknown"), ("greeting", "")),
        (knowing(), None, ("greeting", "")),
        (AGENT, JANE, ("greeting", "")),
        (
            knowing(recording=Recording(enabled=True, announcement="We record.")),
            JANE,
            ("line", "We record. Hello Mrs. Doe."),
        ),
        (knowing(hours=CLOSED), JANE, ("line", "We are closed.")),
    ],
)
async def test_a_caller_is_greeted_by_name(
    agent: Agent, answer: LookupAnswer | None, said: tuple[str, str]
) -> None:
    async with exchange(agent=agent) as it:
        it.bus.knows = answer
        it.ari.call("c1")
        await it.until(it.bus.jobs)
        assert first(it) == said
        asked = [done for done in it.bus.done if done[0] == "lookup"]
        assert asked == ([("lookup", "c1", "1001")] if agent is not AGENT else [])
        known = [text for role, text in it.bus.history if role == "known"]
        assert known == (['{"name":"Mrs. Doe"}'] if asked and answer is JANE else [])


async def test_a_caller_who_hangs_up_while_they_are_looked_up_is_gone() -> None:
    async with exchange(agent=knowing()) as it:
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        it.ari.hang_up("c1")
        await it.over("c1")
