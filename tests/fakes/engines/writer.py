"""A language model that writes one text after the other, and notes what it was asked."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from agent.language_model.chat_stream import Token
from agent.language_model.prompt import ChatMessage


class Writer:
    def __init__(self, *texts: str) -> None:
        """The last one is written again and again."""
        self._texts = list(texts)
        self.asked: list[list[ChatMessage]] = []

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[dict[str, Any]] = (),
    ) -> AsyncGenerator[Token]:
        self.asked.append(list(messages))
        yield Token(self._texts.pop(0) if len(self._texts) > 1 else self._texts[0])
