"""A language model that writes what it is given, token by token."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from agent.language_model.chat_stream import Token
from agent.language_model.prompt import ChatMessage
from agent.tools.call import ToolCall
from parley.errors import EngineError


class ScriptedLlm:
    def __init__(
        self,
        answer: str = "Yes.",
        *,
        delay_s: float = 0.0,
        error: EngineError | None = None,
        truncated: bool = False,
    ) -> None:
        """`error` is raised after the answer."""
        self.answer = answer
        self.calls: list[tuple[ToolCall, ...]] = []
        """What it wants to have called, answer by answer; then it writes."""
        self.tools: list[Sequence[dict[str, Any]]] = []
        self.held: dict[int, asyncio.Event] = {}
        """Words, by their places, before which it waits for something."""
        self.error = error
        self.truncated = truncated
        self.asked: list[list[ChatMessage]] = []
        self.closed = 0
        self._delay_s = delay_s

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[dict[str, Any]] = (),
    ) -> AsyncGenerator[Token]:
        self.asked.append(list(messages))
        self.tools.append(tools)
        try:
            if self.calls:
                yield Token("", calls=self.calls.pop(0))
                return
            for number, word in enumerate(self.answer.split(" ")):
                await asyncio.sleep(self._delay_s)
                if number in self.held:
                    await self.held[number].wait()
                yield Token(f" {word}" if number else word)
            if self.error is not None:
                raise self.error
            yield Token("", self.truncated)
        finally:
            self.closed += 1
