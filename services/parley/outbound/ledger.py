"""Whom calls were made to, and who wants none. Any method may raise BusError.

outbound:do_not_call        zset  numbers (E.164) that are never called, by since when (Unix time)
outbound:attempts:{number}  zset  calls that were made to a number, by when, as long as one of them counts
outbound:made               zset  calls that were made in the last 24 hours, by when

Redis writes them to its file, so that they outlive every restart.
"""

import time
from collections.abc import Callable
from typing import Any

from redis.exceptions import WatchError

from parley.outbound.verdict import Known, Verdict
from parley.telephone import numbers

DAY_S = 86_400
MOST_DAYS = 90
"""So long it is kept when a number was called."""
_UNWANTED, _MADE, _ATTEMPTS = "outbound:do_not_call", "outbound:made", "outbound:attempts:"
_TRIES = 20

Judge = Callable[[Known], Verdict]


class Ledger:
    """Made by `Commands.ledger`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def claim(self, call: str, number: str, judge: Judge) -> Verdict:
        """Have a call to a number judged by what is known of it; one that may be made counts from then on.

        Both are one step: of two calls at once, the second is judged with the first. Before anybody is rung: what dies
        after it has called nobody, or once.
        """
        attempts = _ATTEMPTS + number
        async with self._redis.pipeline(transaction=True) as pipe:
            for _ in range(_TRIES):
                await pipe.watch(_UNWANTED, attempts, _MADE)
                known = await _known(pipe, number)
                verdict = judge(known)
                if verdict.refused is not None:
                    return verdict
                pipe.multi()
                for key, kept_s in ((attempts, MOST_DAYS * DAY_S), (_MADE, DAY_S)):
                    pipe.zremrangebyscore(key, "-inf", known.at - kept_s)
                    pipe.zadd(key, {call: known.at})
                    pipe.expire(key, kept_s)
                try:
                    await pipe.execute()
                except WatchError:  # something of it has changed meanwhile
                    continue
                return verdict
        raise WatchError(f"other calls were made {_TRIES} times meanwhile")

    async def look(self, number: str) -> Known:
        """What is known of a number; nothing counts."""
        return await _known(self._redis, number)

    async def has(self, call: str, number: str) -> bool:
        """Whether a call to a number was allowed, so that it may have been rung."""
        return await self._redis.zscore(_ATTEMPTS + number, call) is not None

    async def add(self, number: str) -> bool:
        """Never call a number (E.164) again; False: that is so already."""
        return bool(await self._redis.zadd(_UNWANTED, {number: time.time()}, nx=True))

    async def remove(self, number: str) -> bool:
        """A number may be called again; False: it might all the time."""
        return bool(await self._redis.zrem(_UNWANTED, number))

    async def unwanted_since(self, number: str) -> float | None:
        """Since when a number is never called (Unix time); None: it may be."""
        since = await self._redis.zscore(_UNWANTED, number)
        return None if since is None else float(since)

    async def unwanted(self, first: int, count: int) -> list[tuple[str, float]]:
        """Numbers that are never called and since when, the newest first, from a place on."""
        found = await self._redis.zrevrange(_UNWANTED, first, first + count - 1, withscores=True)
        return [(number.decode(), float(since)) for number, since in found]

    async def forget(self, caller: str) -> None:
        """Delete when somebody was called; that they want no calls stays."""
        async for key in self._redis.scan_iter(match=f"{_ATTEMPTS}*", count=1000):
            if numbers.same(key.decode().removeprefix(_ATTEMPTS), caller):
                await self._redis.delete(key)


async def _known(redis: Any, number: str) -> Known:
    at = time.time()
    since = await redis.zscore(_UNWANTED, number)
    attempts = await redis.zrangebyscore(_ATTEMPTS + number, "-inf", "+inf", withscores=True)
    return Known(
        at=at,
        unwanted_since=None if since is None else float(since),
        attempts=tuple(float(when) for _, when in attempts),
        made=int(await redis.zcount(_MADE, at - DAY_S, "+inf")),
    )
