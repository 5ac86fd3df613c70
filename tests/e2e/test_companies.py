"""Two companies on one stack: each answers from its own facts, and never from the other's."""

import asyncio
from pathlib import Path

import pytest

from caller.call import PhoneCall
from caller.voice import Voice
from parley.agents import load_agent
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

AGENTS = Path(__file__).parents[2] / "agents"


async def answer(call: PhoneCall, witness: Witness, voice: Voice, turn: int, question: str) -> str:
    """Ask, and return what the agent said to it, as its words stand in the call's history."""
    await call.listen(silence=1.0)
    before = len(await witness.all("agent_said"))
    await call.say(voice.speak(question))
    await witness.wait_for("caller_said", turn=turn)
    async with asyncio.timeout(30):
        while len(said := await witness.all("agent_said")) <= before or not said[-1].data["whole"]:
            await asyncio.sleep(0.1)
    return " ".join(event.data["text"] for event in said[before:])


async def test_the_second_company_answers_from_its_own_facts(
    phone: PhoneFactory, voice: Voice, witness: Witness
) -> None:
    dental = load_agent(AGENTS / "dental").file
    call = await (await phone()).dial("101")
    assert "620" in await answer(call, witness, voice, 1, "How much does a crown cost?")
    assert await answer(call, witness, voice, 2, "How much is the Orbit laptop?") == dental.unknown
    await call.hangup()


async def test_the_first_does_not_know_the_second_ones(
    phone: PhoneFactory, voice: Voice, witness: Witness
) -> None:
    call = await (await phone()).dial("100")
    assert "749" in await answer(call, witness, voice, 1, "How much is the Orbit 14 laptop?")
    assert "350" not in await answer(call, witness, voice, 2, "How much is whitening my teeth?")
    await call.hangup()
