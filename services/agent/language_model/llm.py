"""The language model: an interface, and a client of the OpenAI-compatible API (chat completions, streamed)."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Protocol

import httpx
from prometheus_client import Counter, Histogram

from agent.language_model.chat_stream import Reading, Token
from agent.language_model.dialect import REFUSED, Dialect
from agent.language_model.prompt import ChatMessage
from agent.language_model.thinking import Thinking
from agent.tools.call import Json
from parley import remote
from parley.errors import ENGINE_ERRORS, EngineError
from parley.usage import tally
from parley.usage.tokens import Tokens

_ALIVE_S = 2.0
_LET_GO_S = 1.0
"""Two steps of llama-server, which are at most half a second long."""
_LOOK_S = 0.02
_PROCESSING = re.compile(r"^llamacpp:requests_processing (\d+)", re.MULTILINE)

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
_errors = Counter("parley_llm_errors_total", "Requests to the language model that failed, by kind.", ["kind"])
_requests = Counter("parley_llm_requests_total", "Requests to the language model.")
for _kind in ENGINE_ERRORS:  # counted from nought
    _errors.labels(_kind)


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
        engine: str = tally.LOCAL,
    ) -> None:
        """`engine`: its name in the usage of calls."""
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
        self._engine = engine
        self._dialect = Dialect()
        self._thinks_first = False
        """Whether an answer is known to begin within a thought."""

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
        request = self._request(messages, tools)
        limit, timeout_s = max_tokens or self._max_tokens, timeout_s or self._timeout_s
        _requests.inc()
        started = time.monotonic()
        try:
            with Tokens(self._engine, messages, tools) as counted:
                async with aclosing(self._send(request, limit, timeout_s)) as tokens:
                    first = True
                    async for token in tokens:
                        if token.counted is not None:
                            counted.told(token.counted.read, token.counted.cached, token.counted.written)
                            continue
                        counted.wrote(token.text or token.calls)
                        if first and token.text:
                            _first_token.observe(time.monotonic() - started)
                            first = False
                        yield token
            _seconds.observe(time.monotonic() - started)
        except EngineError as error:
            _errors.labels(error.kind).inc()
            raise

    async def alive(self) -> bool:
        """Whether the server is there: not when it refuses connections, or says that it is not ready. One that is only
        slow is there.
        """
        try:
            return (await self._client.get("models", timeout=_ALIVE_S)).status_code < 500
        except httpx.TimeoutException:
            return True
        except httpx.HTTPError:
            return False

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[Json] = ()) -> None:
        """Have llama-server read a conversation, for nothing but its cache; no metric counts it as a request.

        Who calls it off waits until the server has let go of it. Raises EngineError.
        """
        # It looks whether anybody still listens when it tells something, else once a second.
        request = self._request(messages, tools) | {"return_progress": True}
        try:
            async with aclosing(self._send(request, 1, self._timeout_s)) as tokens:
                async for _ in tokens:
                    pass
        except asyncio.CancelledError:
            await self._let_go()
            raise

    async def _let_go(self) -> None:
        """Wait until the server works on one request less, though not for long.

        Between two steps it looks at what has come, and notices a closed connection after a request that came later:
        that one would find the slot taken, go into another one, and have all read once more.
        """
        with suppress(httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(_LET_GO_S):
                first = processing = await self._processing()
                while processing and processing >= first:
                    await asyncio.sleep(_LOOK_S)
                    processing = await self._processing()

    async def _processing(self) -> int:
        """Requests that llama-server works on; told between two of its steps."""
        told = (await self._client.get(self._client.base_url.join("/metrics"))).text
        found = _PROCESSING.search(told)
        return int(found[1]) if found else 0

    def _request(self, messages: Sequence[ChatMessage], tools: Sequence[Json]) -> Json:
        request: Json = {
            "model": self._model,
            "messages": list(messages),
            "temperature": self._temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        return request | {"tools": list(tools)} if tools else request

    async def _send(self, request: Json, max_tokens: int, timeout_s: float) -> AsyncGenerator[Token]:
        """Ask; in another dialect, as long as the server says what it does not understand."""
        timeout = httpx.Timeout(timeout_s, connect=min(3.0, timeout_s))
        dialect = self._dialect
        try:
            while True:
                body = dialect.body(request, max_tokens)
                async with self._client.stream(
                    "POST", "chat/completions", json=body, timeout=timeout
                ) as response:
                    if response.status_code == 200:
                        async with aclosing(self._tokens(response, dialect)) as tokens:
                            async for token in tokens:
                                yield token
                        return
                    dialect = _other(dialect, response, await remote.body(response))
        except httpx.ConnectError as error:
            raise EngineError("refused", f"{self._client.base_url}: {error}") from error
        except httpx.TimeoutException as error:
            raise EngineError("timeout", f"{self._client.base_url}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise EngineError(
                "protocol", f"{self._client.base_url}: {error or type(error).__name__}"
            ) from error

    async def _tokens(self, response: httpx.Response, dialect: Dialect) -> AsyncGenerator[Token]:
        """Read an answer, and keep what it tells of the model."""
        answer = Reading(Thinking(begun=self._thinks_first))
        try:
            async with aclosing(answer.tokens(response)) as tokens:
                async for token in tokens:
                    yield token
            self._thinks_first = answer.thinking.begins_within
        finally:
            learned = dialect.reasoned() if answer.reasoned else dialect
            # Of answers at the same time in the same dialect one changes it.
            if learned.steps > self._dialect.steps:
                self._dialect = learned


def _other(dialect: Dialect, response: httpx.Response, refusal: bytes) -> Dialect:
    """What to try after a refusal; EngineError when it is final."""
    other = dialect.without(refusal.decode(errors="replace")) if response.status_code in REFUSED else None
    if other is None:
        raise remote.refusal(response.status_code, refusal, response.headers.get("retry-after"))
    return other
