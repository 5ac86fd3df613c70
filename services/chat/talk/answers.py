"""What the agent worker writes, sentence by sentence, on its way to the chats that asked for it."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from parley.messages import AnyMessage, ReplyEnd, ReplyFailed, Speech

FIRST_S = 45.0
"""A worker that has said nothing by then says nothing more."""

Part = Speech | ReplyEnd | ReplyFailed


class Answers:
    """Those of all chats."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Queue[Part]] = {}

    def on_message(self, message: AnyMessage) -> None:
        """Take in what a worker says."""
        if isinstance(message, Part) and message.call in self._waiting:
            self._waiting[message.call].put_nowait(message)

    @contextmanager
    def expected(self, chat: str) -> Iterator[asyncio.Queue[Part]]:
        """Take in what comes for a chat while it waits."""
        queue: asyncio.Queue[Part] = asyncio.Queue()
        self._waiting[chat] = queue
        try:
            yield queue
        finally:
            del self._waiting[chat]


async def parts(queue: asyncio.Queue[Part], revision: int) -> AsyncGenerator[Part]:
    """The parts of one answer, in order and each once, up to its end; raise TimeoutError when none comes."""
    seq = 0
    while True:
        async with asyncio.timeout(FIRST_S):
            part = await queue.get()
        if part.revision != revision:
            continue
        if isinstance(part, Speech):
            # A worker that takes over a job of one that died begins anew.
            if part.bridges or part.seq < seq:
                continue
            seq = part.seq + 1
        yield part
        if not isinstance(part, Speech):
            return
