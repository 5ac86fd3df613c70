"""Several companies on one stack: each answers from its own facts and by its own clock, and never from another's."""

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.knowledge.answers import opening
from caller.phone.call import PhoneCall
from caller.sound.voice import Voice
from parley.agents import load_agent
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

AGENTS = Path(__file__).parents[3] / "agents"
FAR = Path(__file__).parents[1] / "agents"
"""Among them one that is a day ahead of UTC from 10:00 UTC on, and one that is a day behind until noon."""
HOUR_AHEAD = 10


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


async def test_whether_it_is_open_is_told_by_the_agents_own_clock_and_after_the_call_what_it_was_about(
    phone: PhoneFactory, voice: Voice, witness: Witness
) -> None:
    asked = datetime.datetime.now(datetime.UTC)
    far = load_agent(FAR / ("tomorrow" if asked.hour >= HOUR_AHEAD else "yesterday")).file
    hours = far.hours
    assert hours is not None
    assert asked.astimezone(ZoneInfo(hours.timezone)).weekday() != asked.weekday()
    call = await (await phone()).dial(far.extensions[0])
    question = "Are you open right now?"
    said = await answer(call, witness, voice, 1, question)
    await call.hangup()
    heard = datetime.datetime.now(datetime.UTC)
    read = await witness.wait_for("call_outcome", within=120)
    ended = await witness.wait_for("call_ended")
    assert (read.call, ended.data["outcome_follows"]) == (ended.call, True)
    assert read.data["fields"].keys() <= {"reason"}
    # The minute in which it closes may be this one.
    assert said in {opening.answer(hours, question, now, "en", ()) for now in (asked, heard)}
