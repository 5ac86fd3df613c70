"""What gateways tell each other by Redis: that they live, which calls they have, and who takes over which. See `Bus`.

All of it is about the moment, and told again at once: Redis keeps it in memory only. Several times a second it would
fill the append-only file, and after a new start of Redis it would tell of gateways that may be gone.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from parley.job_queue import UNWRITTEN

SIGNS = "gateway:signs"
PLACES = "gateway:places"
HEIR_S = 5
"""So long a call that is being taken over is nobody else's."""
_KEPT_S = 3600
"""Told to a Redis whose gateways are all gone."""

_BEAT = (
    UNWRITTEN
    + f"""
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], {_KEPT_S})
return redis.call('HGETALL', KEYS[1])
"""
)
_PLACES = (
    UNWRITTEN
    + f"""
local gateway, call, most, here = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local mine = {{}}
for i = 5, #ARGV do
    mine[ARGV[i]] = true
    if i < 5 + here then redis.call('HSET', KEYS[1], ARGV[i], gateway) end
end
local places = redis.call('HGETALL', KEYS[1])
for i = 1, #places, 2 do
    if places[i + 1] == gateway and not mine[places[i]] then redis.call('HDEL', KEYS[1], places[i]) end
end
local taken = redis.call('HEXISTS', KEYS[1], call)
if call ~= '' and taken == 0 and redis.call('HLEN', KEYS[1]) < most then
    redis.call('HSET', KEYS[1], call, gateway)
    taken = 1
end
redis.call('EXPIRE', KEYS[1], {_KEPT_S})
return taken
"""
)
"""Has the places of a gateway be those of the calls that it has, and of those that it waits for as far as they have one
still: they may be another gateway's by now, or over. Then, with a call, a place for that one."""
_FORGET = (
    UNWRITTEN
    + """
redis.call('HDEL', KEYS[1], ARGV[1])
local places = redis.call('HGETALL', KEYS[2])
for i = 1, #places, 2 do
    if places[i + 1] == ARGV[1] then redis.call('HDEL', KEYS[2], places[i]) end
end
"""
)


@dataclass(frozen=True, slots=True)
class Calls:
    """Those of one gateway that the limit of calls is about."""

    gateway: str
    here: tuple[str, ...]
    """Calls in progress."""
    awaited: tuple[str, ...] = ()
    """Calls that have been offered to it, and may be another gateway's by now."""


class Gateways:
    """Redis with the verbs of gateways. Any method may raise BusError."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._beat = redis.register_script(_BEAT)
        self._places = redis.register_script(_PLACES)
        self._forget = redis.register_script(_FORGET)

    async def beat(self, gateway: str, sign: bytes) -> dict[str, bytes]:
        """Tell of a gateway that it lives; return what all have told."""
        told = await self._beat(keys=[SIGNS], args=[gateway, sign])
        return {name.decode(): body for name, body in zip(told[::2], told[1::2], strict=True)}

    async def attend(self, gateway: str) -> AsyncIterator[None]:
        """Be there (`attending`) while this is iterated over; yields when it is so, and again after a reconnect."""
        async with self._redis.pubsub() as channel:
            await channel.subscribe(_attendance(gateway))
            while True:
                # A bounded wait, so that the connection's health check runs on a quiet channel.
                item = await channel.get_message(timeout=5.0)
                if item is not None and item["type"] == "subscribe":
                    yield

    async def attending(self) -> set[str]:
        """The gateways that are there: Redis knows at once when the process at the other end has died."""
        channels = await self._redis.pubsub_channels(_attendance("*"))
        prefix, suffix = _attendance("*").split("*")
        return {channel.decode().removeprefix(prefix).removesuffix(suffix) for channel in channels}

    async def forget(self, gateway: str) -> None:
        """Forget a gateway that is gone, and the places of its calls."""
        await self._forget(keys=[SIGNS, PLACES], args=[gateway])

    async def inherit(self, call: str, dead: str, heir: str) -> bool:
        """Say that a gateway takes over a call that a dead one had; return False when another one does already."""
        before = await self._redis.set(f"call:{call}:heir:{dead}", heir, nx=True, get=True, ex=HEIR_S)
        return before in (None, heir.encode())

    # Places: calls that the limit is about, all gateways' together

    async def keep_places(self, calls: Calls) -> None:
        """Have the places of a gateway be those of its calls."""
        await self._keep_places(calls)

    async def take_place(self, call: str, calls: Calls, most: int) -> bool:
        """Take a place for a call, of which there are `most`; return False when there is none.

        A call has one place, whichever gateway has taken it.
        """
        return await self._keep_places(calls, call, most)

    async def free_place(self, call: str) -> None:
        """Give a call's place back, whoever has taken it: the call is not taken."""
        await self._redis.hdel(PLACES, call)

    async def _keep_places(self, calls: Calls, call: str = "", most: int = 0) -> bool:
        values = [calls.gateway, call, most, len(calls.here), *calls.here, *calls.awaited]
        return bool(await self._places(keys=[PLACES], args=values))


def _attendance(gateway: str) -> str:
    return f"gateway:{gateway}:there"
