"""Remote models against a server that speaks the protocol and misbehaves; the local model answers then."""

import asyncio
import contextlib

import pytest
from prometheus_client import REGISTRY

from agent.language_model.llm import Llm, OpenAiLlm
from agent.language_model.llm_remote import FallbackLlm, HuggingFaceLlm
from parley.errors import EngineError
from parley.remote import Guard
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.servers.llm_server import llm_server

ASK = [{"role": "user", "content": "When are you open?"}]
BUDGET_S = 30.0
"""More than a server of the test ever takes, on the busiest machine."""
HURRIED_S = 0.3


def fallbacks(kind: str) -> float:
    labels = {"engine": "llm", "kind": kind}
    return REGISTRY.get_sample_value("parley_engine_fallbacks_total", labels) or 0.0


async def answer(llm: Llm) -> str:
    return "".join([token.text async for token in llm.stream(ASK)])


def behind(distant: Llm, local: Llm, budget_s: float = BUDGET_S) -> FallbackLlm:
    return FallbackLlm(distant, local, Guard("llm", budget_s, 30))


def huggingface(url: str) -> HuggingFaceLlm:
    return HuggingFaceLlm("some/model", base_url=url, api_key="hf_x", timeout_s=5)


async def test_hugging_face_is_asked_by_its_own_client() -> None:
    async with llm_server() as server:
        llm = HuggingFaceLlm("some/model", base_url=server.url, api_key="hf_x", max_tokens=7, temperature=0.5)
        assert await answer(llm) == "We are open."
        (request,) = server.requests
        assert request["messages"] == ASK
        assert (request["max_tokens"], request["temperature"], request["stream"]) == (7, 0.5, True)
        assert "authorization: bearer hf_x" in server.headers[0].lower()


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ({"status": 429}, "http"),
        ({"status": 500}, "http"),
        ({"words": [], "finish": None}, "protocol"),
        ({"garbage": True}, "protocol"),
    ],
)
async def test_failures_of_hugging_face_have_the_same_names(behaviour: dict[str, object], kind: str) -> None:
    async with llm_server(**behaviour) as server:
        with pytest.raises(EngineError) as caught:
            await answer(huggingface(server.url))
        assert caught.value.kind == kind


async def test_an_answer_of_hugging_face_that_is_cancelled_hangs_up() -> None:
    async with llm_server(words=[" word"] * 100, token_delay_s=0.02) as server:
        async with contextlib.aclosing(huggingface(server.url).stream(ASK)) as tokens:
            await anext(tokens)
        await asyncio.wait_for(server.hung_up.wait(), 10)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ({"first_delay_s": 5.0}, "timeout"),
        ({"status": 429}, "http"),
        ({"status": 500}, "http"),
        ({"garbage": True}, "protocol"),
        ({"error_event": True}, "http"),
        ({"words": [], "finish": None}, "protocol"),
        ({"words": []}, "protocol"),
    ],
)
async def test_a_server_that_misbehaves_is_replaced_within_the_budget(
    behaviour: dict[str, object], kind: str
) -> None:
    before = fallbacks(kind)
    local = ScriptedLlm("The local one.")
    async with llm_server(**behaviour) as server:
        distant = OpenAiLlm(server.url, "big")
        llm = behind(distant, local, HURRIED_S if kind == "timeout" else BUDGET_S)
        assert await answer(llm) == "The local one."
        await distant.close()
    assert local.asked == [ASK]
    assert fallbacks(kind) == before + 1


async def test_the_local_model_goes_on_where_an_answer_broke_off() -> None:
    local = ScriptedLlm(" from nine to five.")
    async with llm_server(words=["We", " are", " open"], finish=None) as server:
        distant = OpenAiLlm(server.url, "big")
        assert await answer(behind(distant, local)) == "We are open from nine to five."
        await distant.close()
    assert local.asked == [[*ASK, {"role": "assistant", "content": "We are open"}]]


async def test_a_server_that_asks_for_rest_gets_it() -> None:
    local = ScriptedLlm("The local one.")
    async with llm_server(status=429, retry_after="60") as server:
        distant = OpenAiLlm(server.url, "big")
        llm = behind(distant, local)
        for _ in range(3):
            assert await answer(llm) == "The local one."
        await distant.close()
        assert len(server.requests) == 1


async def test_tools_go_to_the_remote_model_only() -> None:
    tool = {"type": "function", "function": {"name": "end_call", "parameters": {"type": "object"}}}
    local = ScriptedLlm("Goodbye.")
    async with llm_server(calls=[("end_call", '{"a": 1}')], words=[]) as server:
        distant = OpenAiLlm(server.url, "big")
        tokens = [token async for token in behind(distant, local).stream(ASK, tools=[tool])]
        await distant.close()
        assert server.requests[0]["tools"] == [tool]
    (call,) = tokens[-1].calls
    assert (call.name, call.arguments) == ("end_call", '{"a": 1}')
    assert local.asked == []


async def test_thoughts_of_hugging_face_are_not_spoken() -> None:
    async with llm_server(words=["<thi", "nk>Hm", "</think>", "\n\nYes", "."], thoughts=["Hm."]) as server:
        assert await answer(huggingface(server.url)) == "Yes."
