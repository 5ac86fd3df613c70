"""Goodbyes that are unsure: they are answered by a question, and what follows it tells."""

import msgspec
import pytest

from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.agents.dialogue import Target
from parley.messages import ReplyEnd
from tests.agent.conftest import job
from tests.agent.test_reply import FARE, Bench
from tests.fakes.engines.llm import ScriptedLlm

MORE = "Is there anything else I can do for you?"
ANSWERED = ("When do you open?", "We open at nine.")


def bench(shop: Agent, pool: DeadlinePool, *said: str) -> Bench:
    """A conversation in which this was said, by turns, the agent's greeting first."""
    made = Bench(shop, pool, ScriptedLlm("It is blue."))
    made.history = [
        {"role": "user" if n % 2 else "assistant", "text": text}
        for n, text in enumerate((shop.file.greeting, *said))
    ]
    return made


@pytest.mark.parametrize(
    "text", ["So long?", "So long.", "Disconnect?", "That's it?", "Goodbye?", "That's all."]
)
async def test_what_may_be_a_goodbye_is_asked_about(shop: Agent, pool: DeadlinePool, text: str) -> None:
    made = bench(shop, pool, *ANSWERED)
    end = await made.reply(job(text=text))
    assert made.text.strip() == MORE
    assert isinstance(end, ReplyEnd)
    assert end.action == "none"
    assert made.llm.asked == []


@pytest.mark.parametrize("text", ["No.", "No, thanks.", "That's it.", "So long!", "Bye?", "No, I'm good."])
async def test_who_wants_no_more_then_leaves(shop: Agent, pool: DeadlinePool, text: str) -> None:
    made = bench(shop, pool, *ANSWERED, "So long?", MORE)
    end = await made.reply(job(text=text))
    assert made.text == FARE
    assert isinstance(end, ReplyEnd)
    assert end.action == "hangup"


async def test_what_was_heard_of_the_question_counts(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool, *ANSWERED)
    await made.reply(job(text="No.", heard=f"We open at nine. {MORE}"))
    assert made.text == FARE


async def test_before_anything_was_asked_it_is_a_greeting(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool)
    await made.reply(job(text="Good day!"))
    assert made.text.strip() == shop.line("go_on")


@pytest.mark.parametrize("text", ["That's it.", "I'm done."])
async def test_the_answer_to_another_question_is_left_to_the_model(
    shop: Agent, pool: DeadlinePool, text: str
) -> None:
    made = bench(shop, pool, *ANSWERED, "I look for a case.", "Is it the blue one?")
    await made.reply(job(text=text))
    assert made.text == "It is blue. "


async def test_a_question_before_a_goodbye_is_answered_and_the_goodbye_counts(
    shop: Agent, pool: DeadlinePool
) -> None:
    made = Bench(shop, pool, ScriptedLlm("Two weeks."))
    end = await made.reply(job("How long can I return it? Great, that's all, goodbye!"))
    assert isinstance(end, ReplyEnd)
    assert end.action == "hangup"
    assert made.text == f"Two weeks. {FARE}"


async def test_a_goodbye_to_an_answer_that_has_begun_is_only_said_goodbye_to(
    shop: Agent, pool: DeadlinePool
) -> None:
    made = Bench(shop, pool, ScriptedLlm("Two weeks."))
    asked = "How long can I return it?"
    end = await made.reply(job(f"{asked} Great, that's all, goodbye!", repeats=asked))
    assert isinstance(end, ReplyEnd)
    assert (end.action, made.text) == ("hangup", FARE)


@pytest.mark.parametrize("targets", [{}, {"desk": Target(name="the desk", extension="1001")}])
async def test_who_wants_no_calls_is_given_to_call_control(
    shop: Agent, pool: DeadlinePool, targets: dict[str, Target]
) -> None:
    agent = msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, targets=targets))
    bench = Bench(agent, pool, ScriptedLlm("No."))
    end = await bench.reply(job(text="Please don't call me again."))
    assert isinstance(end, ReplyEnd)
    assert (end.action, end.target) == ("transfer", "do_not_call")
    assert (bench.speech, bench.llm.asked) == ([], [])


@pytest.mark.parametrize("callback", [True, False])
async def test_who_asks_to_be_called_back_is_given_to_call_control_where_that_is_done(
    shop: Agent, pool: DeadlinePool, callback: bool
) -> None:
    targets = {"sales": Target(name="sales", queue="sales", callback=callback)}
    agent = msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, targets=targets))
    bench = Bench(agent, pool, ScriptedLlm("No."))
    end = await bench.reply(job(text="Can somebody call me back, please? Call me back."))
    assert isinstance(end, ReplyEnd)
    assert (end.target == "callback") is callback
