"""What a person is told of a call before they take it."""

import asyncio

import pytest

from agent.language_model import summary as summary_module
from agent.language_model.summary import summary
from parley.errors import EngineError
from tests.fakes.engines.llm import ScriptedLlm

HISTORY = [
    {"role": "assistant", "text": "Hello, how can I help you?"},
    {"role": "user", "text": "My laptop does not start."},
    {"role": "assistant", "text": "Have you charged it?"},
    {"role": "user", "text": "Yes. I want a person."},
]


async def test_the_models_first_sentence_is_told_after_who_calls() -> None:
    llm = ScriptedLlm("The caller's laptop does not start although it is charged. More.")
    told = await summary(llm, HISTORY, "1001", "en")
    assert told == "A call from 1 0 0 1. The caller's laptop does not start although it is charged."
    prompt = llm.asked[0]
    assert "one short sentence" in prompt[0]["content"]
    assert "Caller: My laptop does not start." in prompt[1]["content"]
    assert "Agent: Have you charged it?" in prompt[1]["content"]


@pytest.mark.parametrize("fault", ["error", "empty"])
async def test_without_a_model_the_callers_last_words_are_told(fault: str) -> None:
    llm = ScriptedLlm(
        "" if fault == "empty" else "half a", error=EngineError("timeout", "x") if fault == "error" else None
    )
    told = await summary(llm, HISTORY, "1001", "en")
    assert told == "A call from 1 0 0 1. The caller said: Yes. I want a person."


async def test_a_model_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_module, "TIMEOUT_S", 0.05)
    llm = ScriptedLlm("late", delay_s=5.0)
    async with asyncio.timeout(10):
        assert "The caller said" in await summary(llm, HISTORY, "1001", "en")


async def test_who_said_nothing_is_only_announced() -> None:
    assert await summary(ScriptedLlm("x"), HISTORY[:1], "", "de") == "Ein Anruf von einer unbekannten Nummer."
