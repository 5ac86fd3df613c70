"""The language model's opinion on what a call was about."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from agent.language_model.afterwards.opinion import OPINIONS, Opinions, messages, read
from parley.agents import Agent
from parley.agents.dialogue import Category
from parley.errors import EngineError
from tests.fakes.engines.llm import ScriptedLlm

LINES = ["Hello.", "I want my money back."]


@pytest.fixture
def sorted_shop(shop: Agent) -> Agent:
    examples = {
        "returns": ("I return it.", "Give me my money back.", "Can I exchange it?", "May I bring it?"),
        "repairs": ("It is broken.",),
    }
    categories = {name: Category(examples=texts) for name, texts in examples.items()}
    return msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, categories=categories))


def counted(outcome: str) -> float:
    return OPINIONS.labels(outcome)._value.get()


async def opinion(
    agent: Agent, llm: ScriptedLlm, busy: Callable[[], bool] = lambda: False, seconds: float = 20.0
) -> str | None:
    async def emit(_kind: str, _call: str, **_data: Any) -> None:
        pass

    return await Opinions(lambda _: llm, busy, emit).category(agent, "c1", LINES, time.time() + seconds)


def test_the_model_is_shown_the_categories_and_what_was_said(sorted_shop: Agent) -> None:
    system, user = messages(sorted_shop, LINES)
    assert (
        "- returns: I return it. Give me my money back. Can I exchange it?\n- repairs: It is broken."
        in str(system["content"])
    )
    assert user["content"] == "Caller: Hello.\nCaller: I want my money back."


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("returns", "returns"),
        ("Returns.", "returns"),
        ("The word is: repairs", "repairs"),
        ("none", ""),
        ("returns or repairs", None),
        ("refunds", None),
        ("", None),
    ],
)
def test_an_answer_is_one_of_the_words_or_nothing(sorted_shop: Agent, answer: str, found: str | None) -> None:
    assert read(answer, sorted_shop) == found


@pytest.mark.parametrize(
    ("llm", "found", "how"),
    [
        (ScriptedLlm("returns"), "returns", "told"),
        (ScriptedLlm("none"), "", "told"),
        (ScriptedLlm("I cannot say."), None, "unreadable"),
        (ScriptedLlm("returns", error=EngineError("refused", "away")), None, "failed"),
    ],
)
async def test_what_became_of_it_is_counted(
    sorted_shop: Agent, llm: ScriptedLlm, found: str | None, how: str
) -> None:
    before = counted(how)
    assert (await opinion(sorted_shop, llm), counted(how)) == (found, before + 1)


async def test_callers_come_first(sorted_shop: Agent) -> None:
    looks = iter([True, False, True, True])
    assert await opinion(sorted_shop, ScriptedLlm("returns"), lambda: next(looks, False)) == "returns"
    assert next(looks, None) is None
    llm, before = ScriptedLlm("returns"), counted("late")
    assert await opinion(sorted_shop, llm, lambda: True, 0.3) is None
    assert (llm.asked, counted("late")) == ([], before + 1)
