"""Carries the lines of a chat to who cannot look: on channels that send, each line that is whole, in order, once."""

import asyncio
from collections.abc import Awaitable, Callable

from chat.talk.board import Line, heard
from chat.talk.talk import Talk

_LOOK_S = 60.0

Send = Callable[[Talk, Line], Awaitable[None]]
"""Sends a line; returns when it is on its way, or cannot be sent."""


class Sending:
    """A task for each chat of a channel."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, talk: Talk) -> None:
        """Send what is written back in a chat from now on, and what was not sent before, until it is over."""
        task = asyncio.create_task(self._all_of(talk), name=f"send {talk.id}")
        self._tasks[talk.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(talk.id, None))

    async def _all_of(self, talk: Talk) -> None:
        while True:
            rung, over = talk.bell.listen(), talk.phase == "ended"
            for line in list(talk.kept.board.lines):
                if not line.whole:
                    break
                if line.id > talk.kept.sent:
                    if line.who != "visitor":
                        await self._send(talk, line)
                    talk.sent(line)
            if over:
                return
            await heard(rung, _LOOK_S)
