import httpx
import pytest

from agent.language_model.chat_stream import Calls, Reading
from agent.language_model.thinking import Thinking
from parley.errors import EngineError


def called(*pieces: tuple[int, str | None, str | None, str | None]) -> list[tuple[str, str, str]]:
    calls = Calls()
    for piece in pieces:
        calls.add(*piece)
    return [(call.id, call.name, call.arguments) for call in calls.whole()]


def test_calls_are_put_together_by_their_index() -> None:
    assert called(
        (0, "a", "look_up", ""), (1, "b", "hang_up", ""), (0, None, None, '{"x"'), (1, None, None, "{}"),
        (0, None, None, ": 1}"),
    ) == [("a", "look_up", '{"x": 1}'), ("b", "hang_up", "{}")]  # fmt: skip


def test_calls_that_all_have_index_0_are_told_apart_by_their_ids() -> None:
    assert called((0, "a", "look_up", "{}"), (0, "b", "look_up", '{"x"'), (0, None, None, ": 1}")) == [
        ("a", "look_up", "{}"),
        ("b", "look_up", '{"x": 1}'),
    ]
    assert called((0, "a", "one", "{"), (0, "b", "two", "{"), (0, "a", None, "}"), (0, "b", None, "}")) == [
        ("a", "one", "{}"),
        ("b", "two", "{}"),
    ]


def test_without_ids_a_name_begins_another_call() -> None:
    assert called((0, None, "one", "{}"), (0, "", "two", "{}")) == [
        ("call_0", "one", "{}"),
        ("call_1", "two", "{}"),
    ]


def test_a_name_and_an_id_that_are_repeated_count_once() -> None:
    assert called((0, "a", "one", '{"x"'), (0, "a", "one", ": 1}")) == [("a", "one", '{"x": 1}')]


async def read(*lines: str) -> str:
    """What is said of an answer with these lines of data."""
    content = "".join(f"data: {line}\n\n" for line in lines).encode()
    reading = Reading(Thinking())
    return "".join(
        [token.text async for token in reading.tokens(httpx.Response(200, stream=httpx.ByteStream(content)))]
    )


async def test_a_server_that_counts_backwards_is_heard() -> None:
    usage = '"usage":{"prompt_tokens":-5,"completion_tokens":-1,"prompt_tokens_details":{"cached_tokens":-9}}'
    assert await read('{"choices":[{"delta":{"content":"Yes."}}],' + usage + "}", "[DONE]") == "Yes."


async def test_an_answer_that_is_nested_too_deeply_is_none() -> None:
    with pytest.raises(EngineError):
        await read('{"error":' + "[" * 100_000)
