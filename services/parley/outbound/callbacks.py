"""Callers who are to be called back, and whose turn it is. Any method of the book may raise BusError.

callback:entries            hash    JSON: Callback, by id
callback:claim:{id}         string  the gateway that calls somebody back: no other one does meanwhile
callback:lead               string  the gateway that looks whose turn it is
callback:waiting:{queue}    zset    calls that wait in a queue, each behind since when (Unix time), by when they came
callback:overtaken:{queue}  string  since when somebody had waited (Unix time) whom a person took before others

Redis writes them to its file: a place outlives every restart.
"""

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from parley import log
from parley.outbound.verdict import Rule
from parley.telephone import numbers
from parley.telephone.numbers import NOTHING_AFTER, TO

KEPT_S = 24 * 3600.0
"""So long a place is kept, from when it may be called at the earliest."""
PASSING: frozenset[Rule] = frozenset({"hours", "distance", "budget", "attempts"})
"""Rules that allow a call some other time; the others never do."""
_ENTRIES, _LEAD = "callback:entries", "callback:lead"
_CLAIM, _WAITING, _OVERTAKEN = "callback:claim:", "callback:waiting:", "callback:overtaken:"
_CLAIMED_S = 300
"""A gateway that dies while it calls is waited for so long: longer than a telephone rings."""
_LEADS_S = 6
_WAITS_S = 900.0
"""Who is said to wait for longer was a dead gateway's: a queue keeps nobody so long."""
_CHANGE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
_NUMBER = re.compile(TO)

_log = log.get("callbacks")


@dataclass(frozen=True, slots=True)
class Retries:
    """What is done about somebody who does not answer."""

    attempts: int = 3
    """Calls after which they are given up."""
    again_s: float = 300.0
    """From one of these to the next, at least."""


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to be called back."""

    id: str
    number: Annotated[str, msgspec.Meta(pattern=TO + NOTHING_AFTER)]
    agent: str
    target: str
    """Who calls them back, a name in agent.yaml."""
    language: str = ""
    """ISO 639-1 code of the language that they are spoken to in; empty: the agent's."""
    since: float
    """Since when the place is theirs, Unix time in seconds."""
    due: float
    """When they may be called at the earliest, likewise."""
    until: float
    """When they are given up at the latest, likewise."""
    by: str = ""
    """Who has asked for it, the name of a key; empty: the caller."""
    call: str = ""
    """The call in which it was asked for; empty: none."""
    why: str = ""
    """The last that they said there."""
    attempts: int = 0


def dialable(number: str) -> bool:
    """Whether a number is written as one that calls are made to; what the rules say of it is another question."""
    return _NUMBER.fullmatch(number) is not None


def identity(number: str, agent: str, target: str) -> str:
    """The id of the one place that a number has with an agent's people. It does not tell the number."""
    return hashlib.sha256(f"{agent} {target} {number}".encode()).hexdigest()[:16]


def turns(
    entries: Iterable[Callback],
    *,
    now: float,
    ready: int,
    waiting: Iterable[float],
    overtaken: float = 0.0,
    calling: int = 0,
) -> list[Callback]:
    """Those of one queue who are to be called now, in their order. Pure.

    `ready`: people who could take a call at once; `waiting`: since when callers wait there; `calling`: those who are
    being called back and do not wait there yet. Whoever has waited for longer comes first, live or not. While callers
    wait live, the queue gives them a free person before one is seen here: of somebody who was overtaken so (`overtaken`
    is since when that caller had waited) it is the turn though nobody is free, and they come first in the queue.
    """
    live = list(waiting)
    due = sorted((e for e in entries if e.due <= now), key=lambda entry: (entry.since, entry.id))
    found: list[Callback] = []
    for entry in due:
        before = sum(since < entry.since for since in live)
        if before + len(found) < ready - calling:
            found.append(entry)
    if found or not due or calling:
        return found
    first = due[0]
    passed_over = first.since < overtaken and all(since >= first.since for since in live)
    return [first] if passed_over else []


class CallbackBook:
    """Made by `Commands.callbacks`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._changed = redis.register_script(_CHANGE)

    # For who asks for it

    async def keep(self, entry: Callback) -> Callback:
        """Keep a place; a number that has one with the same people keeps that."""
        for _ in range(2):
            if await self._redis.hsetnx(_ENTRIES, entry.id, msgspec.json.encode(entry)):
                return entry
            if (found := await self.find(entry.id)) is not None:
                return found
            await self.withdraw(entry.id)  # it cannot be read
        return entry

    async def entries(self) -> list[Callback]:
        """Everybody who is to be called back, who has waited longest first."""
        found = map(_read, await self._redis.hvals(_ENTRIES))
        return sorted((entry for entry in found if entry is not None), key=lambda e: (e.since, e.id))

    async def find(self, id_: str) -> Callback | None:
        """One of them; None: there is none of this id."""
        found = await self._redis.hget(_ENTRIES, id_)
        return None if found is None else _read(found)

    async def withdraw(self, id_: str) -> bool:
        """Do not call somebody back; False: nobody was to."""
        return bool(await self._redis.hdel(_ENTRIES, id_))

    async def forget(self, caller: str) -> None:
        """Delete the places of a number."""
        for entry in await self.entries():
            if numbers.same(entry.number, caller):
                await self.withdraw(entry.id)

    async def said(self, call: str) -> list[str]:
        """What somebody has said in a call that goes on."""
        lines = await self._redis.lrange(f"call:{call}:history", 0, -1)
        history = [msgspec.json.decode(line, type=dict[str, str]) for line in lines]
        return [line["text"] for line in history if line["role"] == "user"]

    # For who waits

    async def waits(self, queue: str, call: str, since: float) -> None:
        """A caller waits in a queue; their place is as old as `since`, Unix time in seconds."""
        await self._redis.zadd(_WAITING + queue, {_waiting(call, since): time.time()})

    async def leaves(self, queue: str, call: str, since: float) -> None:
        """They do not any more."""
        await self._redis.zrem(_WAITING + queue, _waiting(call, since))

    async def served(self, queue: str, call: str, since: float) -> None:
        """A person has taken their call."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zrem(_WAITING + queue, _waiting(call, since))
            pipe.set(_OVERTAKEN + queue, since, ex=round(KEPT_S))
            await pipe.execute()

    async def waiting(self, queue: str, now: float) -> list[float]:
        """Since when callers wait in a queue, Unix time in seconds."""
        await self._redis.zremrangebyscore(_WAITING + queue, "-inf", now - _WAITS_S)
        found = await self._redis.zrange(_WAITING + queue, 0, -1)
        return [float(each.decode().partition(" ")[0]) for each in found]

    # For who calls back

    async def leads(self, gateway: str) -> bool:
        """Whether it is this gateway that looks whose turn it is, for some seconds from now."""
        if await self._redis.set(_LEAD, gateway, nx=True, ex=_LEADS_S):
            return True
        if await self._redis.get(_LEAD) != gateway.encode():
            return False
        return bool(await self._redis.expire(_LEAD, _LEADS_S))

    async def overtaken(self, queue: str) -> float:
        """Since when the caller had waited whom a person took last; 0.0: it has been made good."""
        found = await self._redis.get(_OVERTAKEN + queue)
        return 0.0 if found is None else float(found)

    async def made_good(self, queue: str) -> None:
        """Somebody who was overtaken is called."""
        await self._redis.delete(_OVERTAKEN + queue)

    async def claimed(self, entries: Iterable[Callback]) -> set[str]:
        """Ids of those whom a gateway is calling."""
        ids = [entry.id for entry in entries]
        found = await self._redis.mget([_CLAIM + each for each in ids]) if ids else []
        return {each for each, gateway in zip(ids, found, strict=True) if gateway is not None}

    async def claim(self, id_: str, gateway: str) -> Callback | None:
        """Call somebody back, as the only gateway that does; None: another one does, or nobody is to any more."""
        if not await self._redis.set(_CLAIM + id_, gateway, nx=True, ex=_CLAIMED_S):
            return None
        if (entry := await self.find(id_)) is None:
            await self.release(id_)
        return entry

    async def release(self, id_: str) -> None:
        """They are not being called any more."""
        await self._redis.delete(_CLAIM + id_)

    async def change(self, entry: Callback) -> bool:
        """Keep what has changed of somebody; False: nobody is to call them any more."""
        return bool(await self._changed(keys=[_ENTRIES], args=[entry.id, msgspec.json.encode(entry)]))

    async def answered(self, entry: Callback, queue: str, call: str) -> None:
        """They have answered: nobody calls them again, and their place is in the queue from now on."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(_ENTRIES, entry.id)
            pipe.delete(_CLAIM + entry.id)
            pipe.zadd(_WAITING + queue, {_waiting(call, entry.since): time.time()})
            await pipe.execute()


def _waiting(call: str, since: float) -> str:
    return f"{since:.3f} {call}"


def _read(data: bytes) -> Callback | None:
    try:
        return msgspec.json.decode(data, type=Callback)
    except msgspec.MsgspecError as error:
        _log.error("a place of somebody who is to be called back cannot be read", error=str(error))
        return None
