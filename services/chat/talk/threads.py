"""Chats with who cannot look: begun where there is none with a sender, and each line that is whole sent, in order."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from chat.talk.board import Line, heard
from chat.talk.house import House
from chat.talk.keeper import Forgotten
from chat.talk.kept import Channel
from chat.talk.talk import Talk
from chat.watching import watched
from parley import log
from parley.agents import Agent

_LOOK_S = 60.0

Send = Callable[[Talk, Line], Awaitable[None]]
"""Sends a line; returns when it is on its way, or cannot be sent."""

_log = log.get("threads")


class Threads:
    """Those of a channel, with a task for each that sends."""

    def __init__(self, house: House, channel: Channel, send: Send) -> None:
        self._house = house
        self._channel = channel
        self._send = send
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def resume(self) -> None:
        """Go on with those that a process before this one has left, and with what it has not sent."""
        for talk in self._house.threads(self._channel):
            self._begin(talk)

    async def bring(self, talk: Talk | None, agent: Agent, text: str, **whose: str) -> None:
        """Bring a text to its thread, or (None) to a new one; `whose`: as House.begin. Raise Full, or BusError."""
        try:
            if talk is not None:
                await talk.take(text)
                return
        except Forgotten:
            _log.info("a thread was forgotten, and is begun anew")
        talk = await self._house.begin(self._channel, agent, **whose)
        self._begin(talk)
        await talk.take(text)

    def _begin(self, talk: Talk) -> None:
        # A thread whose lines cannot be sent is over: what its sender writes next begins another.
        broke = partial(talk.end, "failed")
        task = watched(self._send_all_of(talk), f"send {talk.id}", broke, chat=talk.id)
        self._tasks[talk.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(talk.id, None))

    async def _send_all_of(self, talk: Talk) -> None:
        """Send what is written back, until the chat is over."""
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
