"""What functions of the language model have done in a call: no later answer of it may claim more.

call:{id}:done    list    JSON Deed, for an hour after the last one
"""

from typing import Any

import msgspec

_TTL_S = 3600
_MOST = 100
"""Deeds of a call that are kept, the last ones."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """A function that has succeeded. It holds nothing of what callers said."""

    changes: bool = False
    """Whether it changes something, and does not only look."""
    acts: tuple[str, ...] = ()
    """What it is about, as languages/claims.py has it; none: it does not tell."""


class Deeds:
    """Both ends of the way from one answer to the next, made by `Commands.deeds`. Any method may raise BusError."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def add(self, call: str, deed: Deed) -> None:
        """Keep a deed of a call."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(_list(call), msgspec.json.encode(deed))
            pipe.ltrim(_list(call), -_MOST, -1)
            pipe.expire(_list(call), _TTL_S)
            await pipe.execute()

    async def of(self, call: str) -> list[Deed]:
        """What was done in a call, the oldest first."""
        return [msgspec.json.decode(item, type=Deed) for item in await self._redis.lrange(_list(call), 0, -1)]


def _list(call: str) -> str:
    return f"call:{call}:done"
