"""Visitors who write to an agent as the widget does: one stream each, a question, its answer, a while, the next one."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

PACE_S = 20.0
"""Between an answer and the next question: it is read, and written."""
_PATIENCE_S = 30.0


@dataclass
class Room:
    """What visitors saw."""

    answers_s: list[float] = field(default_factory=list)
    """Seconds from a question's sending to the first words of its answer on the stream."""
    unanswered: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Lines:
    """Ids of what the agent has written in a chat so far."""

    agents: set[int] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, line: str) -> None:
        """Take in a line of the stream of events."""
        if not line.startswith("data:"):
            return
        told = json.loads(line.removeprefix("data:"))
        self.agents |= {one["id"] for one in told["lines"] if one["who"] == "agent"}
        self.news.set()

    async def after(self, question: int) -> None:
        """Wait until the agent has written something after a question."""
        while max(self.agents, default=-1) < question:
            self.news.clear()
            await self.news.wait()


async def _follow(http: httpx.AsyncClient, chat: str, lines: Lines) -> None:
    async with http.stream("GET", f"/chats/{chat}/events", timeout=None) as stream:
        stream.raise_for_status()
        async for line in stream.aiter_lines():
            lines.take(line)


async def visit(base: str, agent: str, questions: Sequence[str], first_s: float, room: Room) -> None:
    """Chat until cancelled; the chat begins after `first_s` seconds."""
    await asyncio.sleep(first_s)
    async with httpx.AsyncClient(base_url=base, timeout=20) as http:
        try:
            begun = (await http.post(f"/agents/{agent}/chats", json={})).raise_for_status().json()
            chat, http.headers["Authorization"] = begun["chat"], f"Bearer {begun['token']}"
            lines = Lines()
            following = asyncio.create_task(_follow(http, chat, lines))
            try:
                await _ask(http, chat, questions, lines, room)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                await http.post(f"/chats/{chat}/close")
        except httpx.HTTPError as error:
            room.failures.append(f"{type(error).__name__}: {error}")


async def _ask(
    http: httpx.AsyncClient, chat: str, questions: Sequence[str], lines: Lines, room: Room
) -> None:
    for question in itertools.cycle(questions):
        asked = time.monotonic()
        sent = (await http.post(f"/chats/{chat}/messages", json={"text": question})).raise_for_status().json()
        try:
            await asyncio.wait_for(lines.after(sent["id"]), _PATIENCE_S)
            room.answers_s.append(time.monotonic() - asked)
        except TimeoutError:
            room.unanswered += 1
        await asyncio.sleep(PACE_S)


@asynccontextmanager
async def full_of(
    base: str, chats: int, questions: Sequence[tuple[str, Sequence[str]]]
) -> AsyncIterator[Room]:
    """Have so many chats at a time, with the agents and questions in turn, while the block runs; they begin evenly."""
    room = Room()
    visitors = []
    for n, (agent, asked) in zip(range(chats), itertools.cycle(questions), strict=False):
        first = n % len(asked)
        own = [*asked[first:], *asked[:first]]
        visitors.append(asyncio.create_task(visit(base, agent, own, n * PACE_S / chats, room)))
    try:
        await asyncio.sleep(PACE_S)  # all have begun
        yield room
    finally:
        for visitor in visitors:
            visitor.cancel()
        await asyncio.gather(*visitors, return_exceptions=True)
