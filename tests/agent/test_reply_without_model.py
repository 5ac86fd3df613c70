"""A language model that is away: what is known is said all the same, and nobody waits for it twice."""

import asyncio

import pytest

from agent.knowledge.library import Found
from agent.language_model.rest import Rest
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.errors import EngineError
from parley.messages import ReplyEnd
from tests.agent.conftest import job
from tests.agent.test_reply import FARE, Bench
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm


async def test_a_model_that_is_away_is_not_waited_for_again_and_what_is_nearest_is_said(
    shop: Agent, pool: DeadlinePool
) -> None:
    llm = ScriptedLlm("", error=EngineError("timeout", "no"))
    bench = Bench(shop, pool, llm, library=FixedLibrary(Found(instead=FARE)))
    for text in (FARE, f"{FARE}{FARE}"):
        end = await bench.reply(job())
        assert isinstance(end, ReplyEnd)
        assert bench.text == text
    assert len(llm.asked) == 1


async def test_a_model_that_is_back_is_asked_after_its_rest(
    shop: Agent, pool: DeadlinePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    llm = ScriptedLlm("", error=EngineError("refused", "no"))
    bench = Bench(shop, pool, llm)
    bench.replier._rest = Rest(0.05)
    await bench.reply(job())
    llm.answer, llm.error = "We are open.", None
    await asyncio.sleep(0.06)
    for _ in range(2):
        await bench.reply(job())
    assert len(llm.asked) == 3
    assert bench.text.endswith("We are open. We are open. ")


@pytest.mark.parametrize("instead", ["It may be the second shelf.", ""])
async def test_while_the_model_is_away_what_is_known_is_said_and_what_is_not_is_told(
    shop: Agent, pool: DeadlinePool, instead: str
) -> None:
    found = Found(
        register="ground", passages=("p",), instead=instead or shop.file.unknown, bridge="One moment."
    )
    bench = Bench(shop, pool, ScriptedLlm("Nonsense."), library=FixedLibrary(found), away=True)
    assert (await bench.reply(job())).action == "none"  # type: ignore[union-attr]
    assert bench.text.strip() == (instead or shop.line("limited"))
    assert bench.llm.asked == []
    assert [kind for kind, *_ in bench.told] == ["open_question"]


async def test_what_is_known_exactly_is_answered_without_the_model(shop: Agent, pool: DeadlinePool) -> None:
    library = FixedLibrary(Found(line="We open at nine."))
    bench = Bench(shop, pool, ScriptedLlm(), library=library, away=True)
    await bench.reply(job())
    assert bench.text.strip() == "We open at nine."
