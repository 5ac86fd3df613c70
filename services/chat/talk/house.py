"""All chats of the process: begun, found, gone on with after a restart, and over when nobody writes any more."""

import asyncio
import secrets
import time
from collections.abc import Iterator
from functools import partial
from typing import get_args

from chat import measures
from chat.bus import PREFIX
from chat.talk.board import Board
from chat.talk.kept import Channel, Kept, decode
from chat.talk.setting import Setting
from chat.talk.talk import Talk
from chat.watching import watched
from parley import log
from parley.agents import Agent, find
from parley.bus import BusError
from parley.errors import MessageError
from parley.experiment import choice

LOOK_S = 2.0
"""Between two looks at who waits, and who writes no more."""
_LOOKS = 15
"""Looks until it is seen to that the API finds us."""
SHOWN_S = 300.0
"""How long a chat that is over can still be read."""

_log = log.get("house")


class Full(Exception):
    """There are as many chats as there may be."""


class House:
    """The chats of one process, by their ids."""

    def __init__(self, setting: Setting, most: int, idle_s: float) -> None:
        """`most`: chats at a time; `idle_s`: a silence that ends one."""
        self._setting = setting
        self._most = most
        self._idle_s = idle_s
        self._talks: dict[str, Talk] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def talk(self, chat: str) -> Talk | None:
        """The chat of an id, if it goes on or has just ended."""
        return self._talks.get(chat)

    def threads(self, channel: Channel) -> list[Talk]:
        """The chats of a channel that go on."""
        return [talk for talk in self._going_on() if talk.kept.channel == channel]

    def thread(self, channel: Channel, agent: str, sender: str, dialled: str = "") -> Talk | None:
        """The chat that goes on with a sender; with `dialled`, the one by that number of the agent's."""
        them = [talk for talk in self.threads(channel) if talk.kept.caller == sender]
        theirs = (talk for talk in them if choice.name_of(talk.kept.agent) == agent)
        return next((t for t in theirs if dialled in ("", t.kept.extension)), None)

    async def begin(
        self,
        channel: Channel,
        agent: Agent,
        *,
        caller: str = "",
        extension: str = "",
        address: str = "",
        digest: str = "",
        language: str = "",
    ) -> Talk:
        """Begin a chat; on a page the agent greets. Raise Full, or BusError when it cannot be kept."""
        if sum(1 for _ in self._going_on()) >= self._most:
            raise Full
        now, chat = time.time(), f"{PREFIX}{secrets.token_hex(12)}"
        agent = agent.for_caller(caller, chat)
        kept = Kept(
            channel=channel,
            agent=agent.key,
            caller=caller,
            extension=extension,
            address=address,
            digest=digest,
            began=now,
            heard=now,
            since=now,
            board=Board(),
        )
        talk = Talk(chat, agent, kept, self._setting)
        await self._setting.bus.open_down(self._setting.name)
        await talk.begin(language, greets=channel == "web")
        self._run(talk)
        return talk

    async def resume(self) -> None:
        """Go on with all that a process before this one has left."""
        await self._setting.bus.open_down(self._setting.name)
        for chat, state in (await self._setting.bus.chats()).items():
            try:
                kept = decode(state)
            except MessageError as error:
                _log.error("a chat cannot be gone on with", call=chat, error=repr(error))
                continue
            agent = find(self._setting.agents, kept.agent)
            if agent is None:
                _log.error(
                    "a chat cannot be gone on with", call=chat, error=f"there is no agent {kept.agent}"
                )
                continue
            talk = Talk(chat, agent, kept, self._setting)
            talk.resume()
            self._run(talk)
        _log.info("chats go on", count=len(self._talks))

    async def watch(self) -> None:
        """Look after them, for ever."""
        while True:
            for _ in range(_LOOKS):
                await asyncio.sleep(LOOK_S)
                self.look(time.time())
            try:
                await self._setting.bus.open_down(self._setting.name)
            except BusError as error:
                _log.warning("Redis is away", error=str(error))

    def look(self, now: float) -> None:
        """End those in which nobody writes, offer those who wait something else, and forget what is over."""
        for talk in list(self._talks.values()):
            if talk.phase == "ended":
                if now - talk.kept.since > SHOWN_S:
                    self._talks.pop(talk.id)
            elif now - max(talk.kept.heard, talk.kept.since) > self._idle_s:
                talk.end("silent")
            else:
                talk.desk.look()
        for channel in get_args(Channel):
            measures.OPEN.labels(channel).set(len(self.threads(channel)))

    async def close(self) -> None:
        """Stop dealing with them; they stay for the next process."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _going_on(self) -> Iterator[Talk]:
        return (talk for talk in self._talks.values() if talk.phase != "ended")

    def _run(self, talk: Talk) -> None:
        self._talks[talk.id] = talk
        task = watched(talk.run(), talk.id, partial(talk.end, "failed"), chat=talk.id)
        self._tasks[talk.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(talk.id))
