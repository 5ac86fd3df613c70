"""Facts that are said while the language model writes the rest of an answer."""

import pytest

from agent.knowledge.library import Found
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from tests.agent.conftest import job
from tests.agent.test_reply import Bench
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm

FACT = "The garage costs 14 euros a day."
OPENED = Found(register="ground", sources=(FACT,), opening=f"Here is what I can tell you. {FACT}")
NO_MORE = "More than that I do not know."


@pytest.mark.parametrize(
    ("written", "rest"),
    [
        (f"{FACT} It belongs to Mr Smith.", NO_MORE),
        ("The garage is 14 euros a day.", ""),
        ("It belongs to Mr Smith.", NO_MORE),
        ("No, the garage costs 14 euros a day.", NO_MORE),
        ("Yes, the garage costs 14 euros a day.", "Yes, the garage costs 14 euros a day."),
    ],
)
async def test_facts_are_said_while_the_model_writes_and_not_twice(
    shop: Agent, pool: DeadlinePool, written: str, rest: str
) -> None:
    bench = Bench(shop, pool, ScriptedLlm(written), library=FixedLibrary(OPENED))
    await bench.reply(job("What does the garage cost?"))
    assert bench.text.strip() == f"{OPENED.opening} {rest}".strip()
    opening, *others = [said for said in bench.speech if said.timing is not None]
    assert opening.seq == 0
    assert opening.timing is not None
    assert (opening.timing.opens, opening.timing.llm_s) == (True, 0.0)
    assert [said.timing.opens for said in others if said.timing] == ([False] if rest else [])


async def test_a_model_that_fails_leaves_the_facts(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm(""), library=FixedLibrary(OPENED))
    await bench.reply(job("What does the garage cost?"))
    assert bench.text.strip() == OPENED.opening


async def test_who_reads_gets_no_facts_before_the_answer(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("It costs 14 euros a day."), library=FixedLibrary(OPENED))
    await bench.reply(job("What does the garage cost?", channel="text"))
    assert bench.text.strip() == "It costs 14 euros a day."
