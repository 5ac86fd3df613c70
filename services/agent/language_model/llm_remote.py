"""Language models elsewhere: Hugging Face Inference, and the local model behind any remote one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from huggingface_hub import AsyncInferenceClient

from agent.language_model.chat_stream import Calls, Token
from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from agent.language_model.thinking import Thinking
from agent.tools.call import Json
from parley import remote
from parley.errors import EngineError
from parley.remote import Guard
from parley.usage import tally
from parley.usage.tokens import Tokens

STALL_S = 2.0
"""Longest wait between two tokens, where there is another model to go on."""


class HuggingFaceLlm:
    """Hugging Face Inference; `model` is a name of the hub, `base_url` that of an endpoint, if it is not the hub's."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str = "",
        api_key: str = "",
        provider: str = "auto",
        timeout_s: float = 10.0,
        max_tokens: int = 120,
        temperature: float = 0.0,
    ) -> None:
        self._model = model
        self._engine = tally.outside(model, base_url)
        self._options: Json = {"api_key": api_key or None, "timeout": timeout_s}
        self._options |= {"base_url": base_url} if base_url else {"provider": provider}
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._thinks_first = False

    async def close(self) -> None:
        """Nothing stays open between answers."""

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[Json] = (),
    ) -> AsyncGenerator[Token]:
        """Write the next message."""
        options = self._options | ({"timeout": timeout_s} if timeout_s else {})
        try:
            # A client of its own: its connections end only with it, and an answer that is cancelled must stop.
            with Tokens(self._engine, messages, tools) as counted:
                async with AsyncInferenceClient(**options) as client:
                    chunks: Any = await client.chat_completion(
                        list(messages),
                        model=self._model,
                        stream=True,
                        max_tokens=max_tokens or self._max_tokens,
                        temperature=self._temperature,
                        tools=list(tools) or None,
                    )
                    thinking = Thinking(begun=self._thinks_first)
                    async for token in _tokens(chunks, thinking, counted):
                        counted.wrote(token.text or token.calls)
                        yield token
                    self._thinks_first = thinking.begins_within
        except Exception as error:  # huggingface_hub raises whatever its providers' code does
            raise remote.failure(error) from error


async def _tokens(chunks: Any, thinking: Thinking, counted: Tokens) -> AsyncGenerator[Token]:
    finished = truncated = False
    calls = Calls()
    async for chunk in chunks:
        if usage := getattr(chunk, "usage", None):
            counted.told(usage.prompt_tokens, 0, usage.completion_tokens)
        for choice in chunk.choices[:1]:
            finished = finished or choice.finish_reason is not None
            for number, call in enumerate(choice.delta.tool_calls or ()):
                calls.add(
                    getattr(call, "index", number), call.id, call.function.name, call.function.arguments
                )
            truncated = choice.finish_reason == "length"
            yield Token(thinking.feed(choice.delta.content or ""), truncated)
    if not finished:
        raise EngineError("protocol", "the answer broke off")
    if rest := thinking.end(truncated=truncated):
        yield Token(rest, truncated)
    if whole := calls.whole():
        yield Token("", calls=whole)


class FallbackLlm:
    """A remote model with a local one behind it: the first words come within the budget, or the local one's do."""

    def __init__(self, distant: Llm, local: Llm, guard: Guard) -> None:
        self._distant = distant
        self._local = local
        self._guard = guard

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[Json] = (),
    ) -> AsyncGenerator[Token]:
        """Write the next message. An answer that breaks off is continued by the local model, which gets no tools."""
        said = ""
        if self._guard.allows():
            try:
                async with aclosing(self._distant.stream(messages, max_tokens, timeout_s, tools)) as tokens:
                    async for token in self._in_time(tokens):
                        said += token.text
                        yield token
                self._guard.succeeded()
                return
            except (EngineError, TimeoutError) as error:
                self._guard.failed(error)
        if said:
            messages = [*messages, {"role": "assistant", "content": said}]
        async with aclosing(self._local.stream(messages, max_tokens, timeout_s)) as tokens:
            async for token in tokens:
                yield token

    async def _in_time(self, tokens: AsyncGenerator[Token]) -> AsyncGenerator[Token]:
        """The tokens, as long as they come in time: the first words within the budget, whatever comes before them."""
        now = asyncio.get_running_loop().time
        due = now() + self._guard.budget_s
        begun = False
        while True:
            async with asyncio.timeout_at(now() + STALL_S if begun else due):
                token = await anext(tokens, None)
            if token is None:
                break
            begun = begun or bool(token.text or token.calls)
            yield token
        if not begun:
            raise EngineError("protocol", "the answer has no words")
