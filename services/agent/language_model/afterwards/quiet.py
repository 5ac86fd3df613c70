"""Has the language model answer what no caller waits for, while none of them waits for this worker."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from agent.leisure import LOOK_S, Leisure

_ASK_S = 60.0


class Quiet:
    """Asks, and lets go of it for callers."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        """`busy`: whether a caller waits for this worker."""
        self._busy = busy
        self._leisure = Leisure(busy)

    async def answer(self, llm: Llm, messages: list[ChatMessage], most: int, until: float) -> str | None:
        """The model's answer of at most so many tokens, begun anew whenever a caller comes meanwhile.

        None: they came all the time until then (Unix time in seconds). Raise EngineError, TimeoutError.
        """
        while await self._leisure.comes(until):
            writing = asyncio.create_task(_written(llm, messages, most))
            try:
                while not writing.done() and not self._busy():
                    await asyncio.wait((writing,), timeout=LOOK_S)
                if writing.done():
                    return writing.result()
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        return None


async def _written(llm: Llm, messages: list[ChatMessage], most: int) -> str:
    async with asyncio.timeout(_ASK_S), aclosing(llm.stream(messages, most, _ASK_S)) as tokens:
        return "".join([token.text async for token in tokens])
