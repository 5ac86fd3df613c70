"""What somebody hears who asks to hear it again; who does stands in tests/data/languages."""

from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from tests.agent.conftest import job
from tests.agent.test_reply import Bench
from tests.fakes.engines.llm import ScriptedLlm


def bench(shop: Agent, pool: DeadlinePool, *said: tuple[str, str]) -> Bench:
    made = Bench(shop, pool, ScriptedLlm("At nine."))
    made.history = [{"role": role, "text": text} for role, text in said]
    return made


ASKED = ("user", "When do you open?")


async def test_they_hear_the_last_words_again(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool, ASKED, ("assistant", "We open at nine."), ("user", "Pardon?"))
    await made.reply(job(text="Pardon?"))
    assert made.text.strip() == "We open at nine."
    assert made.llm.asked == []


async def test_an_answer_that_was_cut_short_is_given_whole(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool, ASKED, ("user", "Sorry?"), ("user", "Pardon?"))
    await made.reply(job(text="Pardon?", heard="We op"))
    assert made.text.strip() == "At nine."
    assert made.llm.asked[0][-1]["content"].startswith("When do you open?")


async def test_before_anything_was_said_it_is_answered_as_anything_else(
    shop: Agent, pool: DeadlinePool
) -> None:
    made = bench(shop, pool)
    await made.reply(job(text="Pardon?"))
    assert made.text.strip() == "At nine."
