import asyncio
import contextlib

import pytest
from prometheus_client import REGISTRY

from agent.language_model.llm import OpenAiLlm
from parley.errors import EngineError
from tests.fakes.servers.llm_server import llm_server

ASK = [{"role": "user", "content": "When are you open?"}]


async def answer(url: str, **options: float | str) -> str:
    llm = OpenAiLlm(url, "local", **options)  # type: ignore[arg-type]
    try:
        return "".join([t.text async for t in llm.stream(ASK)])
    finally:
        await llm.close()


async def failure(url: str, **options: float) -> EngineError:
    with pytest.raises(EngineError) as caught:
        await answer(url, **options)
    return caught.value


async def test_an_answer_arrives_token_by_token() -> None:
    async with llm_server() as server:
        assert await answer(server.url, api_key="secret", max_tokens=7, temperature=0.5) == "We are open."
        (request,) = server.requests
        assert request["messages"] == ASK
        assert (request["max_tokens"], request["temperature"], request["stream"]) == (7, 0.5, True)
        assert "authorization: bearer secret" in server.headers[0].lower()


async def test_no_key_sends_no_header() -> None:
    async with llm_server() as server:
        await answer(server.url)
        assert "authorization" not in server.headers[0].lower()


async def test_the_last_token_says_whether_the_answer_was_cut() -> None:
    async with llm_server(finish="length") as server:
        llm = OpenAiLlm(server.url, "local")
        tokens = [t async for t in llm.stream(ASK)]
        await llm.close()
    assert tokens[-1].truncated


@pytest.mark.parametrize(
    ("behaviour", "kind", "detail"),
    [
        ({"status": 429}, "http", "429 too many requests"),
        ({"status": 500}, "http", "500"),
        ({"garbage": True}, "protocol", "html"),
        ({"error_event": True}, "http", "out of memory"),
        ({"finish": None}, "protocol", "broke off"),
        ({"words": [], "finish": None}, "protocol", "broke off"),
    ],
)
async def test_failures(behaviour: dict[str, object], kind: str, detail: str) -> None:
    async with llm_server(**behaviour) as server:
        error = await failure(server.url)
    assert error.kind == kind
    assert detail in error.detail


@pytest.mark.parametrize("slow", ["first_delay_s", "token_delay_s"])
async def test_a_server_that_hangs(slow: str) -> None:
    async with llm_server(**{slow: 5.0}) as server:
        assert (await failure(server.url, timeout_s=0.2)).kind == "timeout"


async def test_nobody_listens(unused_tcp_port: int) -> None:
    error = await failure(f"http://127.0.0.1:{unused_tcp_port}/v1")
    assert error.kind == "refused"
    assert str(unused_tcp_port) in error.detail


async def test_closing_the_stream_hangs_up_on_the_server() -> None:
    async with llm_server(words=[" word"] * 100, token_delay_s=0.02) as server:
        llm = OpenAiLlm(server.url, "local")
        async with contextlib.aclosing(llm.stream(ASK)) as tokens:
            await anext(tokens)
        await asyncio.wait_for(server.hung_up.wait(), 1)
        await llm.close()


async def test_one_request_may_take_longer() -> None:
    async with llm_server(first_delay_s=0.4) as server:
        llm = OpenAiLlm(server.url, "local", timeout_s=0.1)
        assert "".join([t.text async for t in llm.stream(ASK, timeout_s=5)]) == "We are open."
        await llm.close()


async def test_reading_writes_next_to_nothing_and_counts_as_no_request() -> None:
    def requests() -> float | None:
        return REGISTRY.get_sample_value("parley_llm_requests_total")

    before = requests()
    async with llm_server() as server:
        llm = OpenAiLlm(server.url, "local", max_tokens=7)
        await llm.read(ASK, [{"type": "function"}])
        await llm.close()
        (request,) = server.requests
    assert (request["messages"], request["max_tokens"]) == (ASK, 1)
    assert request["tools"] == [{"type": "function"}]
    assert requests() == before


async def test_reading_fails_as_answering_does() -> None:
    async with llm_server(status=500) as server:
        llm = OpenAiLlm(server.url, "local")
        with pytest.raises(EngineError, match="500"):
            await llm.read(ASK)
        await llm.close()
