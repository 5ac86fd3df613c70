"""Texts (SMS) that come in, in Redis: which were taken, and parts of those that are not whole yet. Any method may raise
BusError.

texts:taken:{id}                string  there for a day: the provider's id of a text that was taken
texts:parts:{whom} {reference}  hash    the parts that are there, by their place, how many there are to be (`of`), when
                                        the first came (`at`), and the number that was written to (`to`)
"""

import time
from typing import Any

import msgspec

DAY_S = 24 * 3600


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text."""

    whom: str
    """The agent's name and the sender's number, as of texts that go out."""
    to: str
    """The number that was written to."""
    reference: str
    """The same for all parts of a text."""
    place: int
    """From 1."""
    of: int
    text: str


class Parts(msgspec.Struct, frozen=True):
    """Parts of one text that are there."""

    key: str
    whom: str
    to: str
    at: float
    """When the first came, Unix time in seconds."""
    of: int
    """How many there are to be."""
    texts: dict[int, str]

    @property
    def whole(self) -> bool:
        """Whether all are there."""
        return len(self.texts) >= self.of

    @property
    def text(self) -> str:
        """What there is of the text."""
        return "".join(self.texts[place] for place in sorted(self.texts))


class Inbox:
    """What is remembered of them, made by `Commands.inbox`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def has(self, text: str) -> bool:
        """Whether a text of this id was taken."""
        return bool(await self._redis.exists(f"texts:taken:{text}"))

    async def took(self, text: str) -> None:
        """Remember that it was."""
        await self._redis.set(f"texts:taken:{text}", 1, ex=DAY_S)

    async def add(self, part: Part) -> Parts:
        """Keep a part, and return all that are there."""
        key = f"texts:parts:{part.whom} {part.reference}"
        fields = {"to": part.to, "of": part.of, str(part.place): part.text}
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(key, "at", time.time())
            pipe.hset(key, mapping=fields)
            pipe.expire(key, DAY_S)
            pipe.hgetall(key)
            *_, found = await pipe.execute()
        return _parts(key, found)

    async def drop(self, parts: Parts) -> None:
        """They were taken."""
        await self._redis.delete(parts.key)

    async def older(self, before: float) -> list[Parts]:
        """The parts of texts whose first one came earlier."""
        keys = [key async for key in self._redis.scan_iter(match="texts:parts:*", count=1000)]
        found = [(key.decode(), await self._redis.hgetall(key)) for key in keys]
        return [parts for key, kept in found if kept and (parts := _parts(key, kept)).at < before]


def _parts(key: str, kept: dict[bytes, bytes]) -> Parts:
    fields = {name.decode(): value.decode() for name, value in kept.items()}
    agent, number, _ = key.split(":", 2)[2].split(" ", 2)
    texts = {int(name): value for name, value in fields.items() if name.isdecimal()}
    return Parts(key, f"{agent} {number}", fields["to"], float(fields["at"]), int(fields["of"]), texts)
