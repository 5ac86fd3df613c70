import asyncio
import contextlib

import pytest
from prometheus_client import REGISTRY

from agent.language_model import llm
from agent.language_model.llm import OpenAiLlm
from parley.errors import EngineError
from parley.usage import tally
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


async def test_tokens_are_counted_as_the_server_does_and_estimated_of_an_answer_that_is_called_off() -> None:
    with tally.counting() as done:
        async with llm_server() as server:
            await answer(server.url, engine="big")
            llm = OpenAiLlm(server.url, "big", engine="big")
            async with contextlib.aclosing(llm.stream(ASK)) as tokens:
                await anext(tokens)
            await llm.read(ASK)
            await llm.close()
    (use,) = done.uses
    estimated = sum(len(str(message["content"])) for message in ASK) // 4
    assert (use.engine, use.requests, use.estimated) == ("big", 2, 1)
    assert (use.read, use.cached, use.written) == (100 + estimated, 90, 4 + 1)


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
        await asyncio.wait_for(server.hung_up.wait(), 10)
        await llm.close()


async def test_one_request_may_take_longer() -> None:
    async with llm_server(first_delay_s=0.4) as server:
        llm = OpenAiLlm(server.url, "local", timeout_s=0.1)
        assert "".join([t.text async for t in llm.stream(ASK, timeout_s=30)]) == "We are open."
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
    assert request[
        "return_progress"
    ]  # without it llama-server reads on for up to a second when nobody listens
    assert requests() == before


@pytest.mark.parametrize("looks", [[2, 2, 2, 1], [1, 1, 0], []])
async def test_who_calls_a_reading_off_waits_until_the_server_has_let_go_of_it(looks: list[int]) -> None:
    async with llm_server(first_delay_s=30, looks=[*looks, 7]) as server:
        llm = OpenAiLlm(server.url, "local")
        reading = asyncio.create_task(llm.read(ASK))
        while not server.requests:  # noqa: ASYNC110  # the server has no event for it
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.wait_for(server.hung_up.wait(), 10)
        assert server.looks == ([7] if looks else [])
        await llm.close()


async def test_a_server_that_does_not_let_go_is_not_waited_for_for_ever() -> None:
    async with llm_server(first_delay_s=30, looks=[1] * 10_000) as server:
        llm = OpenAiLlm(server.url, "local")
        reading = asyncio.create_task(llm.read(ASK))
        while not server.requests:  # noqa: ASYNC110  # the server has no event for it
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await llm.close()


async def test_reading_fails_as_answering_does() -> None:
    async with llm_server(status=500) as server:
        llm = OpenAiLlm(server.url, "local")
        with pytest.raises(EngineError, match="500"):
            await llm.read(ASK)
        await llm.close()


NEWER = {
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
    "temperature": "Unsupported value: 'temperature' does not support 0.0 with this model.",
}


async def test_what_a_model_refuses_is_found_out_once() -> None:
    async with llm_server(refuses=NEWER) as server:
        llm = OpenAiLlm(server.url, "gpt-new", max_tokens=7)
        for _ in range(2):
            assert "".join([t.text async for t in llm.stream(ASK)]) == "We are open."
        await llm.close()
        refused, without_limit, first, second = server.requests
    assert ("max_tokens" in refused, "max_tokens" in without_limit) == (True, False)
    assert first == second
    assert first["max_completion_tokens"] == 7
    assert "temperature" not in first


async def test_a_refusal_for_another_reason_changes_nothing() -> None:
    async with llm_server(refuses={"model": "the model does not exist"}) as server:
        llm = OpenAiLlm(server.url, "gone")
        for _ in range(2):
            with pytest.raises(EngineError, match="does not exist"):
                [t async for t in llm.stream(ASK)]
        await llm.close()
        assert len(server.requests) == 2
        assert server.requests[0] == server.requests[1]


async def test_a_dialect_that_is_refused_to_its_end_is_not_kept() -> None:
    async with llm_server(
        refuses={"max_tokens": "max_tokens 7 is too large", "stream": "max_tokens"}
    ) as server:
        llm = OpenAiLlm(server.url, "small", max_tokens=7)
        with pytest.raises(EngineError, match="400"):
            [t async for t in llm.stream(ASK)]
        server.refuses = {}
        assert [t.text async for t in llm.stream(ASK)]
        await llm.close()
        assert server.requests[-1] == server.requests[0]


@pytest.mark.parametrize(
    "how",
    [{"thoughts": ["Hm,", " Sunday."]}, {"hidden_thoughts": 40}, {"words": ["<thi", "nk>Hm</think>Yes."]}],
)
async def test_thoughts_are_never_spoken_and_switched_off_where_the_server_knows_how(
    how: dict[str, object],
) -> None:
    refuses = {"chat_template_kwargs": "Unrecognized request argument supplied: chat_template_kwargs"}
    async with llm_server(quiet="reasoning_effort", refuses=refuses, **how) as server:
        llm = OpenAiLlm(server.url, "thinker")
        for _ in range(2):
            said = "".join([t.text async for t in llm.stream(ASK)])
            assert said == ("Yes." if "words" in how else "We are open.")
        await llm.close()
        assert server.requests[-1]["reasoning_effort"] == "none"
        assert "reasoning_effort" not in server.requests[0]


async def test_a_model_that_does_not_think_is_not_asked_about_it() -> None:
    async with llm_server() as server:
        llm = OpenAiLlm(server.url, "plain")
        for _ in range(2):
            [t async for t in llm.stream(ASK)]
        await llm.close()
        assert server.requests[0] == server.requests[1]


async def test_calls_that_all_have_index_0_are_told_apart() -> None:
    async with llm_server(words=[], calls=[("a", '{"x": 1}'), ("b", "{}")], one_index=True) as server:
        llm = OpenAiLlm(server.url, "local")
        tokens = [t async for t in llm.stream(ASK)]
        await llm.close()
    assert [(c.id, c.name, c.arguments) for c in tokens[-1].calls] == [
        ("call-0", "a", '{"x": 1}'),
        ("call-1", "b", "{}"),
    ]


async def test_only_the_text_of_a_content_in_parts_is_spoken() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Yes."},
    ]
    async with llm_server(words=[parts]) as server:
        assert await answer(server.url) == "Yes."


@pytest.mark.parametrize(
    ("behaviour", "there"), [({}, True), ({"status": 503}, False), ({"first_delay_s": 5.0}, True)]
)
async def test_a_server_that_is_not_ready_is_not_there(
    behaviour: dict[str, object], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llm, "_ALIVE_S", 0.3)
    async with llm_server(**behaviour) as server:
        client = OpenAiLlm(server.url, "local")
        assert await client.alive() is there
        await client.close()


async def test_where_nobody_listens_there_is_no_server(unused_tcp_port: int) -> None:
    client = OpenAiLlm(f"http://127.0.0.1:{unused_tcp_port}/v1", "local")
    assert not await client.alive()
    await client.close()
