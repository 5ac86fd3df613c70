"""Answers while the language model is away."""

import pytest

from agent.knowledge.library import Found
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from tests.agent.test_reply import Bench, job
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm


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
