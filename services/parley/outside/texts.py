"""Texts (SMS) on their way out: they wait in Redis, each number's in their order, until the service `webhooks` has sent
them; and who wants none. Any method may raise BusError.

texts:due             zset    whom texts wait for, `{agent} {number}`, by when the first of theirs is due (Unix time)
texts:queue:{whom}    list    JSON: Text, the oldest first
texts:put:{id}        string  there for a day: it waits or was sent, and is not put in again
texts:sent:{number}   string  the parts that were sent to a number, for a day from the first
texts:others:{number} string  how many a caller had sent to other numbers, for a day from the first
texts:elsewhere       string  how many all callers had sent to other numbers, likewise
texts:stopped         hash    whom nothing is sent to, and since when
texts:sends           string  there while they are sent
texts:parts:{whom} {reference}, texts:taken:{id}  of what comes in: inbox.py
"""

import time
from collections.abc import Iterable
from typing import Any

import msgspec

from parley import log
from parley.telephone import gsm, numbers

DAY_S = 24 * 3600
_DUE, _STOPPED, _SENDS, _ELSEWHERE = "texts:due", "texts:stopped", "texts:sends", "texts:elsewhere"
_PUT = """
if redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) then
    for each = 4, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[each]) end
    redis.call('ZADD', KEYS[3], 'NX', ARGV[2], ARGV[3])
end
"""

_log = log.get("texts")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is to be sent."""

    id: str
    call: str
    """The call or chat that it belongs to; empty: none."""
    agent: str
    sender: str
    """Our number, which the telephone shows; empty: the provider's own."""
    to: str
    """E.164, or a short number."""
    body: str
    since: float
    """When it was put in, Unix time in seconds."""
    always: bool = False
    """Whether it also goes to who wants none: it says that this is so."""

    @property
    def whom(self) -> str:
        """Whose turn it is with it."""
        return whom(self.agent, self.to)


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Text)


def whom(agent: str, number: str) -> str:
    """A number as an agent writes to it: who wants nothing of one company's may want something of another's."""
    return f"{agent} {number}"


class Texts:
    """Both ends of the way, made by `Commands.texts`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._put = redis.register_script(_PUT)

    async def put(self, text: Text) -> None:
        """Have a text sent, in messages that telephones can take; one of the same id is put in once."""
        messages = [
            _encoder.encode(msgspec.structs.replace(text, id=f"{text.id}.{place}", body=body))
            for place, body in enumerate(gsm.messages(text.body), 1)
        ]
        keys = [f"texts:put:{text.id}", _queue(text.whom), _DUE]
        await self._put(keys=keys, args=[DAY_S, text.since, text.whom, *messages])

    async def sends(self) -> bool:
        """Whether somebody sends them."""
        return bool(await self._redis.exists(_SENDS))

    # For who sends them

    async def attend(self) -> None:
        """Say that they are sent, for half a minute."""
        await self._redis.set(_SENDS, 1, ex=30)

    async def due(self, now: float, count: int) -> list[str]:
        """Whom something is to be sent to now."""
        return [each.decode() for each in await self._redis.zrangebyscore(_DUE, "-inf", now, 0, count)]

    async def waiting(self) -> int:
        """How many texts wait for."""
        return int(await self._redis.zcard(_DUE))

    async def first(self, whom: str) -> Text | None:
        """The text that is next for somebody; None: there is none, and nobody waits any more."""
        while (found := await self._redis.lindex(_queue(whom), 0)) is not None:
            if (text := _read(found)) is not None:
                return text
            await self._redis.lrem(_queue(whom), 1, found)
        await self._redis.zrem(_DUE, whom)
        # One may have been put in between the two.
        if await self._redis.llen(_queue(whom)):
            await self._redis.zadd(_DUE, {whom: time.time()}, nx=True)
        return None

    async def done(self, text: Text) -> None:
        """It was sent, or is not to be."""
        await self._redis.lrem(_queue(text.whom), 1, _encoder.encode(text))

    async def later(self, whom: str, at: float) -> None:
        """Nothing more is tried for somebody until then (Unix time in seconds)."""
        await self._redis.zadd(_DUE, {whom: at}, xx=True)

    async def sent_today(self, number: str) -> int:
        """How many parts were sent to a number."""
        return int(await self._redis.get(f"texts:sent:{number}") or 0)

    async def count(self, number: str, parts: int) -> None:
        """Count parts that were sent to a number."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incrby(f"texts:sent:{number}", parts)
            pipe.expire(f"texts:sent:{number}", DAY_S, nx=True)
            await pipe.execute()

    async def count_other(self, caller: str, most: int, in_all: int) -> bool:
        """Count a text that a caller has sent to another number; False, and it does not count, where it is one too many
        for the caller's day, or for everybody's.
        """
        limits = {f"texts:others:{caller}": most, _ELSEWHERE: in_all}
        async with self._redis.pipeline(transaction=True) as pipe:
            for key in limits:
                pipe.incr(key)
                pipe.expire(key, DAY_S, nx=True)
            counts = (await pipe.execute())[::2]
        fits = all(count <= limit for count, limit in zip(counts, limits.values(), strict=True))
        if not fits:
            for key in limits:
                await self._redis.decr(key)
        return fits

    # Who wants none

    async def stop(self, whom: str) -> None:
        """Send somebody nothing any more."""
        await self._redis.hsetnx(_STOPPED, whom, round(time.time()))

    async def start(self, whom: str) -> None:
        """Send them something again."""
        await self._redis.hdel(_STOPPED, whom)

    async def is_stopped(self, whom: str) -> bool:
        """Whether they want nothing."""
        return bool(await self._redis.hexists(_STOPPED, whom))

    # Who is forgotten

    async def forget(self, caller: str, calls: Iterable[str]) -> None:
        """Delete what waits for a caller, or of these calls, and what came in parts; that they want nothing stays."""
        doomed = set(calls)
        async for key in self._redis.scan_iter(match="texts:queue:*", count=1000):
            for item in await self._redis.lrange(key, 0, -1):
                text = _read(item)
                if text is None or text.call in doomed or numbers.same(text.to, caller):
                    await self._redis.lrem(key, 1, item)
        for pattern, place in (("texts:sent:*", 0), ("texts:others:*", 0), ("texts:parts:*", 1)):
            async for key in self._redis.scan_iter(match=pattern, count=1000):
                number = key.decode().split(":", 2)[2].split(" ")[place]
                if numbers.same(number, caller):
                    await self._redis.delete(key)


def _read(item: bytes) -> Text | None:
    try:
        return _decoder.decode(item)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        _log.error("dropped a text that cannot be read", error=str(error))
        return None


def _queue(whom: str) -> str:
    return f"texts:queue:{whom}"
