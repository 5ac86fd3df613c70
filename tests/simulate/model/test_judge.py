"""The judge: what it asks the model, and how often."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from parley.settings import load
from simulate.model.asking import Model, ModelFailed
from simulate.model.judge import judge
from simulate.settings import SimulateSettings
from tests.fakes.engines.writer import Writer
from tests.fakes.servers.llm_server import LlmServer
from tests.fakes.servers.serving import served

LINES = [("Caller", "When do you close?"), ("Agent", "At six. At five.")]
YES, NO = "Quote: At six.\nVerdict: yes", "Quote: At five.\nVerdict: no"


async def test_two_votes_that_agree_are_enough() -> None:
    writer = Writer(NO)
    found = await judge(Model(writer, "here"), "The agent is late.", LINES)
    assert (found.verdict, found.sentence, len(found.votes)) == ("fail", "At five.", 2)
    assert len(writer.asked) == 2


async def test_where_they_do_not_the_third_decides() -> None:
    writer = Writer(YES, NO, YES)
    found = await judge(Model(writer, "here"), "The agent is late.", LINES)
    assert (found.verdict, found.sentence) == ("pass", "At six.")
    asked = [messages[-1]["content"] for messages in writer.asked]
    assert len(set(asked)) == 3, "each time in other words"
    for text in asked:
        assert text.startswith("Conversation:\nCaller: When do you close?\nAgent: At six. At five.\n\n")
        assert "The agent is late." in text


@asynccontextmanager
async def at(server: LlmServer) -> AsyncIterator[Model]:
    async with served(server):
        settings = load(
            SimulateSettings,
            {
                "REDIS_URL": "redis://none",
                "SIMULATE_LLM_BASE_URL": server.url,
                "SIMULATE_LLM_API_KEY": "k1",
                "SIMULATE_LLM_MODEL": "big",
            },
        )
        model = Model.connect(settings)
        try:
            yield model
        finally:
            await model.close()


async def test_any_openai_compatible_server_judges() -> None:
    server = LlmServer(words=["Quote: At six.\n", "Verdict: yes"])
    async with at(server) as model:
        await model.there()
        assert (await judge(model, "The agent answers.", LINES)).verdict == "pass"
    asked = server.requests[-1]
    assert (asked["model"], asked["temperature"]) == ("big", 0.0)
    assert "Authorization: Bearer k1".lower() in server.headers[-1].lower()


async def test_a_server_that_fails_is_named() -> None:
    async with at(LlmServer(status=500)) as model:
        with pytest.raises(ModelFailed, match="SIMULATE_LLM_BASE_URL"):
            await judge(model, "The agent answers.", LINES)


async def test_a_server_that_is_not_there_is_named() -> None:
    settings = load(
        SimulateSettings, {"REDIS_URL": "redis://none", "SIMULATE_LLM_BASE_URL": "http://127.0.0.1:9/v1"}
    )
    model = Model.connect(settings)
    with pytest.raises(ModelFailed, match="--no-model"):
        await model.there()
    await model.close()
