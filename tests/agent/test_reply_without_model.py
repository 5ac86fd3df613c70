"""A language model that is away: what is known is said all the same, and nobody waits for it twice."""

import asyncio

import pytest
from msgspec.structs import replace

from agent.knowledge.library import Found
from agent.language_model.rest import Rest
from agent.open_questions import admits
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


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        ("I'm sorry, but I do not know that. Would you like to speak to a colleague?", False),
        ("Sorry. I don't have that information.", False),
        ("We are open. You do not know us yet.", True),
        ("That is a Nova 5.", True),
    ],
)
async def test_what_the_model_itself_does_not_know_is_kept(
    shop: Agent, pool: DeadlinePool, answer: str, known: bool
) -> None:
    bench = Bench(shop, pool, ScriptedLlm(answer))
    await bench.reply(job("Do you have tea?"))
    told = {"agent": "shop", "question": "Do you have tea?", "register": "unknown", "said": answer}
    assert bench.told == ([] if known else [("open_question", "c1", told)])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Das weiß ich leider nicht."),
        ("es", "Lo siento, eso no lo sé."),
        ("fr", "Désolé, je n'ai pas cette information."),
        ("it", "Mi dispiace, non lo so."),
    ],
)
def test_that_it_is_not_known_is_understood_in_every_language(shop: Agent, language: str, said: str) -> None:
    spoken = replace(shop, file=replace(shop.file, language=language, unknown="?"))
    assert admits(said, spoken)
    assert not admits("Tee. Té. Thé. Tè.", spoken)


def test_the_agents_own_words_say_that_it_is_not_known(shop: Agent) -> None:
    own = replace(shop, file=replace(shop.file, unknown="That is beyond me. Shall I ask?"))
    assert admits("Well, that is beyond me!", own)
    assert not admits("That is beyond me.", replace(own, file=replace(own.file, unknown="")))


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
