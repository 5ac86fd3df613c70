"""Answers in writing: the same words, sentence by sentence, without speech."""

from agent.knowledge.library import Found
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.messages import ReplyEnd
from tests.agent.conftest import job
from tests.agent.test_reply import Bench
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm


async def test_an_answer_is_written_and_not_spoken(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("We open at nine. We close at five."))
    end = await bench.reply(job(channel="text"))
    assert isinstance(end, ReplyEnd)
    assert [(s.seq, s.text, s.pcm) for s in bench.speech] == [
        (0, "We open at nine. ", b""),
        (1, "We close at five. ", b""),
    ]
    assert bench.speech[0].asked == "When are you open?"
    assert bench.speech[0].timing is not None
    assert bench.voice.spoken == []


async def test_what_bridges_a_wait_is_not_written(shop: Agent, pool: DeadlinePool) -> None:
    library = FixedLibrary(Found(bridge="About the hours: one moment, please."))
    bench = Bench(shop, pool, ScriptedLlm("At nine."), library=library)
    await bench.reply(job(channel="text"))
    assert bench.text == "At nine. "


async def test_the_model_is_told_where_it_is(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("At nine."))
    await bench.reply(job())
    await bench.reply(job(channel="text"))
    spoken, written = (asked[0]["content"] for asked in bench.llm.asked)
    assert "speaking on the telephone" in spoken
    assert "writing in a chat" in written
    # What a server has read of one it need not read again of the other: all of the knowledge.
    facts = spoken.index("Open from 9 to 5.") + len("Open from 9 to 5.")
    assert spoken[:facts] == written[:facts]


async def test_a_goodbye_ends_a_chat_as_a_call(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    end = await bench.reply(job("Goodbye!", channel="text"))
    assert (end.action, bench.text) == ("hangup", "Thanks. Goodbye! ")  # type: ignore[union-attr]
