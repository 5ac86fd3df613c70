"""Two companies on one stack: each answers from its own facts, and never from the other's."""

from pathlib import Path

import pytest

from caller.phone.call import PhoneCall
from caller.sound.voice import Voice
from parley.agents import load_agent
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

AGENTS = Path(__file__).parents[3] / "agents"


async def answer(call: PhoneCall, witness: Witness, voice: Voice, turn: int, question: str) -> str:
    """Ask, and return what the agent said to it, as its words stand in the call's history."""
    await call.listen(silence=1.0)
    await call.say(voice.speak(question))
    answered = await witness.wait_for("turn", turn=turn)
    said = await witness.wait_for("agent_said", revision=answered.data["revision"])
    return str(said.data["text"])


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
