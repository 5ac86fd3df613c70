"""Which engine an agent gets, by settings and by its file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.engines import Engines
from agent.language_model.llm import OpenAiLlm
from agent.language_model.llm_remote import FallbackLlm, HuggingFaceLlm
from agent.settings import AgentSettings
from parley.agents import Agent
from parley.agents.schema import EngineOverride, LlmOverride, Secret
from tests.fakes.servers.llm_server import llm_server

OUTSIDE = "https://api.example.org/v1"
ASK = [{"role": "user", "content": "Hello?"}]


def engines(**settings: Any) -> Engines:
    return Engines(AgentSettings(redis_url="redis://unused", **settings))


def with_fields(agent: Agent, **fields: Any) -> Agent:
    return msgspec.structs.replace(agent, file=msgspec.structs.replace(agent.file, **fields))


async def test_the_stacks_own_model_needs_nothing_behind_it() -> None:
    made = engines()
    assert isinstance(made.llm(), OpenAiLlm)
    assert made.local is not None
    await made.close()


@pytest.mark.parametrize("engine", ["openai", "huggingface"])
async def test_a_model_outside_has_the_local_one_behind_it_where_that_runs(engine: str) -> None:
    alone = engines(llm_base_url=OUTSIDE, llm_engine=engine)
    assert isinstance(alone.llm(), OpenAiLlm if engine == "openai" else HuggingFaceLlm)
    assert alone.local is None
    both = engines(llm_base_url=OUTSIDE, llm_engine=engine, llm_fallback=True)
    assert isinstance(both.llm(), FallbackLlm)
    assert both.local is not None
    await alone.close()
    await both.close()


async def test_an_agents_own_model_has_that_of_the_settings_behind_it(shop: Agent) -> None:
    made = engines()
    own = with_fields(shop, llm=LlmOverride(base_url=OUTSIDE, model="big"))
    assert isinstance(made.llm_of(own), FallbackLlm)
    assert made.llm_of(own) is made.llm_of(own)
    assert made.llm_of(shop) is made.llm()
    warmer = with_fields(shop, llm=LlmOverride(temperature=0.7))
    assert isinstance(made.llm_of(warmer), OpenAiLlm)
    await made.close()


@pytest.mark.parametrize(("name", "shown"), [("llm-key", "bearer abc"), ("gone", "")])
async def test_a_key_may_be_a_secret_that_the_agents_file_only_names(
    shop: Agent, tmp_path: Path, name: str, shown: str
) -> None:
    (tmp_path / "llm-key").write_text("abc\n")
    async with llm_server() as server:
        made = engines(secrets_dir=str(tmp_path))
        own = LlmOverride(base_url=server.url, model="big", api_key=Secret(secret=name))
        assert "".join([t.text async for t in made.llm_of(with_fields(shop, llm=own)).stream(ASK)])
        assert (f"authorization: {shown}" in server.headers[0].lower()) == bool(shown)
        assert ("authorization" in server.headers[0].lower()) == bool(shown)
        await made.close()


async def test_what_the_agents_file_says_is_asked_for(shop: Agent) -> None:
    async with llm_server() as server:
        made = engines()
        own = LlmOverride(base_url=server.url, model="big", api_key="k", temperature=0.7, max_tokens=9)
        tokens = [token.text async for token in made.llm_of(with_fields(shop, llm=own)).stream(ASK)]
        await made.close()
    assert "".join(tokens) == "We are open."
    (request,) = server.requests
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("big", 0.7, 9)
    assert "bearer k" in server.headers[0].lower()


async def test_voices_are_local_unless_settings_or_file_say_otherwise(shop: Agent) -> None:
    assert engines().voice_of(shop) is None
    by_settings = engines(tts_engine="openai", tts_base_url=OUTSIDE)
    voice = by_settings.voice_of(shop)
    assert voice is not None
    assert voice.name == f"{OUTSIDE} gpt-4o-mini-tts alloy"
    assert by_settings.voice_of(with_fields(shop, tts=EngineOverride(engine="local"))) is None
    own = EngineOverride(engine="huggingface", model="some/voice")
    other = engines().voice_of(with_fields(shop, tts=own))
    assert other is not None
    assert "some/voice" in other.name


@pytest.mark.parametrize(
    ("settings", "own", "reads"),
    [
        ({}, LlmOverride(), True),
        ({}, LlmOverride(temperature=0.5), True),
        ({}, LlmOverride(base_url=OUTSIDE), False),
        ({"llm_warm_requests": 0}, LlmOverride(), False),
        ({"llm_base_url": OUTSIDE}, LlmOverride(), False),
        ({"llm_base_url": OUTSIDE, "llm_fallback": True}, LlmOverride(), False),
    ],
)
async def test_only_the_stacks_own_model_reads_ahead(
    shop: Agent, settings: dict[str, Any], own: LlmOverride, reads: bool
) -> None:
    made = engines(**settings)
    assert (made.reader_of(with_fields(shop, llm=own)) is not None) is reads
    await made.close()
