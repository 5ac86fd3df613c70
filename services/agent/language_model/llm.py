"""The language model: an interface, and a client of the OpenAI-compatible API (chat completions, streamed)."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import httpx
import msgspec
from prometheus_client import Counter, Histogram

from agent.language_model.prompt import ChatMessage
from agent.tools.call import Json, ToolCall
from parley import remote
from parley.errors import ENGINE_ERRORS, EngineError

_first_token = Histogram(
    "parley_llm_first_token_seconds",
    "Time from the request to the language model's first token.",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10),
)
_seconds = Histogram(
    "parley_llm_seconds",
    "Time from the request to the end of the language model's answer.",
    buckets=(0.1, 0.2, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20),
)
_tokens = Counter(
    "parley_llm_tokens_total", "Tokens that the language model wrote, as counted by the server."
)
_prompt_tokens = Counter(
    "parley_llm_prompt_tokens_total",
    "Tokens of prompts, by whether the server had them in its cache.",
    ["cached"],
)
_errors = Counter("parley_llm_errors_total", "Requests to the language model that failed, by kind.", ["kind"])
_requests = Counter("parley_llm_requests_total", "Requests to the language model.")
for _kind in ENGINE_ERRORS:  # counted from nought
    _errors.labels(_kind)


class _Function(msgspec.Struct, frozen=True):
    name: str | None = None
    arguments: str | None = None


class _CallDelta(msgspec.Struct, frozen=True):
    index: int = 0
    id: str | None = None
    function: _Function = _Function()


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None
    tool_calls: list[_CallDelta] | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _PromptDetails(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _PromptDetails | None = None


class _Event(msgspec.Struct, frozen=True):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


_events = msgspec.json.Decoder(_Event)


class Token(msgspec.Struct, frozen=True):
    """A stretch of the answer as it arrives."""

    text: str
    truncated: bool = False
    """On the last one: whether the answer was cut at its maximum length."""
    calls: tuple[ToolCall, ...] = ()
    """On the last one: what the model wants to have called before it goes on."""


class Llm(Protocol):
    """A language model that writes answers token by token."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[Json] = (),
    ) -> AsyncGenerator[Token]:
        """Write the next message; None means the default. `tools` are functions that the model may call, as the OpenAI
        API describes them. Closing the generator stops the model. Raises EngineError.
        """


class OpenAiLlm:
    """Client of an OpenAI-compatible server: llama-server, vLLM, Ollama, OpenAI, the Hugging Face router."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str = "",
        timeout_s: float = 10.0,
        max_tokens: int = 120,
        temperature: float = 0.0,
    ) -> None:
        # No limit to connections: AGENT_CONCURRENCY is the limit, and waiting for a connection would hide it.
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/",
            headers=remote.headers(api_key),
            limits=httpx.Limits(max_connections=None, keepalive_expiry=60),
        )
        self._timeout_s = timeout_s
        self._model = model
        self._max_tokens = max_tokens
        self._temperature = temperature

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[Json] = (),
    ) -> AsyncGenerator[Token]:
        """Write the next message. Closing the generator closes the connection, which stops the server's work."""
        body = self._body(messages, max_tokens or self._max_tokens, tools)
        _requests.inc()
        started = time.monotonic()
        try:
            async with aclosing(self._send(body, timeout_s or self._timeout_s)) as tokens:
                first = True
                async for token in tokens:
                    if first and token.text:
                        _first_token.observe(time.monotonic() - started)
                        first = False
                    yield token
            _seconds.observe(time.monotonic() - started)
        except EngineError as error:
            _errors.labels(error.kind).inc()
            raise

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[Json] = ()) -> None:
        """Have the server read a conversation, for nothing but its cache; no metric counts it as a request.

        Raises EngineError.
        """
        body = self._body(messages, 1, tools)
        async with aclosing(self._send(body, self._timeout_s)) as tokens:
            async for _ in tokens:
                pass

    def _body(self, messages: Sequence[ChatMessage], max_tokens: int, tools: Sequence[Json]) -> Json:
        body: Json = {
            "model": self._model,
            "messages": list(messages),
            "max_tokens": max_tokens,
            "temperature": self._temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        return body | {"tools": list(tools)} if tools else body

    async def _send(self, body: Json, timeout_s: float) -> AsyncGenerator[Token]:
        timeout = httpx.Timeout(timeout_s, connect=min(3.0, timeout_s))
        try:
            async with self._client.stream(
                "POST", "chat/completions", json=body, timeout=timeout
            ) as response:
                if response.status_code != 200:
                    body_text = await response.aread()
                    raise remote.refusal(response.status_code, body_text, response.headers.get("retry-after"))
                async with aclosing(_tokens_of(response)) as tokens:
                    async for token in tokens:
                        yield token
        except httpx.ConnectError as error:
            raise EngineError("refused", f"{self._client.base_url}: {error}") from error
        except httpx.TimeoutException as error:
            raise EngineError("timeout", f"{self._client.base_url}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise EngineError(
                "protocol", f"{self._client.base_url}: {error or type(error).__name__}"
            ) from error


class Calls:
    """Puts together the calls that arrive in pieces."""

    def __init__(self) -> None:
        self._parts: dict[int, list[str]] = {}

    def add(self, index: int, call_id: str | None, name: str | None, arguments: str | None) -> None:
        """Take in a piece of the call of this number."""
        parts = self._parts.setdefault(index, ["", "", ""])
        parts[0] = parts[0] or call_id or f"call_{index}"
        parts[1] += name or ""
        parts[2] += arguments or ""

    def whole(self) -> tuple[ToolCall, ...]:
        """All calls, in their order."""
        return tuple(ToolCall(*self._parts[index]) for index in sorted(self._parts))


async def _tokens_of(response: httpx.Response) -> AsyncGenerator[Token]:
    """The answer in a stream of server-sent events; EngineError when it breaks off or is no such stream."""
    finished = False
    calls = Calls()
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue  # comments, event names and blank lines of the event stream format
        data = line[5:].strip()
        if data == "[DONE]":
            finished = True
            break
        event = _event(data)
        if event.usage is not None:
            _count(event.usage)
        for choice in event.choices[:1]:
            finished = finished or choice.finish_reason is not None
            for call in choice.delta.tool_calls or ():
                calls.add(call.index, call.id, call.function.name, call.function.arguments)
            yield Token(choice.delta.content or "", choice.finish_reason == "length")
    if not finished:
        raise EngineError("protocol", "the answer broke off")
    if whole := calls.whole():
        yield Token("", calls=whole)


def _event(data: str) -> _Event:
    try:
        event = _events.decode(data)
    except msgspec.MsgspecError as error:
        raise EngineError("protocol", f"{error}: {data[:100]!r}") from error
    if event.error is not None:
        raise EngineError("http", str(event.error)[:200])
    return event


def _count(usage: _Usage) -> None:
    _tokens.inc(usage.completion_tokens)
    cached = (usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None) or 0
    _prompt_tokens.labels("yes").inc(cached)
    _prompt_tokens.labels("no").inc(max(0, usage.prompt_tokens - cached))
