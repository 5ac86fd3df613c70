"""Questions to whichever of several services has time, and their answers. Any method may raise BusError.

jobs:{name}         list    questions; JSON
jobs:{name}:held    list    those that somebody has taken in hand
jobs:{name}:tries   hash    how often each of them was
lease:{name}:{id}   string  that who has it in hand is alive
{name}:{id}         list    what came of one, for a minute
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec

from parley import log
from parley.errors import MessageError
from parley.job_queue import AWAY

MOST_WAITING = 20
MOST_TRIES = 3
_TTL_S = 60
_LEASE_S = 30

_log = log.get("mailbox")


class Question(Protocol):
    """What is asked."""

    @property
    def id(self) -> str:
        """Chosen by who asks: names the answer."""


class Mailbox[Q: Question, A]:
    """Both ends of the way."""

    def __init__(self, redis: Any, name: str, asked: type[Q], answered: type[A]) -> None:
        self._redis = redis
        self._name = name
        self._asked = asked
        self._answered = answered
        self._in_hand: dict[str, bool] = {}
        """Whether each question in hand has its answer: whoever is stopped then leaves nothing to do."""

    async def ask(self, question: Q, timeout_s: float) -> A | None:
        """Have a question answered; None: nobody has in time, or too many wait already."""
        if not await self.leave(question):
            return None
        answers = f"{self._name}:{question.id}"
        answer = await self._redis.blpop([answers], timeout=timeout_s)
        if answer is None:
            await self._redis.lrem(f"jobs:{self._name}", 1, msgspec.json.encode(question))
            return None
        try:
            return msgspec.json.decode(answer[1], type=self._answered)
        except msgspec.MsgspecError as error:
            raise MessageError(f"{answers}: {error}") from error

    async def leave(self, question: Q) -> bool:
        """Ask without waiting for an answer; False: too many wait already."""
        jobs = f"jobs:{self._name}"
        if await self._redis.llen(jobs) >= MOST_WAITING:
            return False
        await self._redis.rpush(jobs, msgspec.json.encode(question))
        return True

    async def take(self, block_s: float) -> Q | None:
        """The next question; None: there is none for so long."""
        item = await self._redis.blpop([f"jobs:{self._name}"], timeout=block_s)
        return None if item is None else self._decoded(item[1])

    @asynccontextmanager
    async def in_hand(self, block_s: float) -> AsyncIterator[Q | None]:
        """The next question, gone once the block is over; None: there is none for so long.

        When whoever has it in hand dies or is stopped, or Redis is away at its end, another gets it, `MOST_TRIES` times
        in all: only for what may be done twice.
        """
        held = await self._held(block_s)
        if held is None:
            yield None
            return
        raw, question = held
        self._in_hand[question.id] = False
        renewing = asyncio.create_task(self._renew(question))
        try:
            yield question
        except asyncio.CancelledError:
            await self._done(raw, question, again=not self._in_hand[question.id])
            raise
        except AWAY:
            raise
        except Exception:
            await self._done(raw, question)
            raise
        else:
            await self._done(raw, question)
        finally:
            renewing.cancel()
            del self._in_hand[question.id]

    async def answer(self, question: Q, answer: A) -> None:
        """Tell who asked."""
        if question.id in self._in_hand:
            self._in_hand[question.id] = True
        answers = f"{self._name}:{question.id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(answers, msgspec.json.encode(answer))
            pipe.expire(answers, _TTL_S)
            await pipe.execute()

    async def _held(self, block_s: float) -> tuple[bytes, Q] | None:
        """The next question, or one whose holder is gone, as it stands in the list as well."""
        held = f"jobs:{self._name}:held"
        new = await self._redis.blmove(f"jobs:{self._name}", held, block_s, "LEFT", "RIGHT")
        for raw in await self._redis.lrange(held, 0, -1) if new is None else [new]:
            question = self._decoded(raw)
            if question is None:
                await self._redis.lrem(held, 1, raw)
            elif await self._taken(raw, question):
                return raw, question
        return None

    async def _taken(self, raw: bytes, question: Q) -> bool:
        if not await self._redis.set(self._lease(question), 1, nx=True, ex=_LEASE_S):
            return False
        # Who had it may have been done with it since the list was read.
        if await self._redis.lpos(f"jobs:{self._name}:held", raw) is None:
            await self._redis.delete(self._lease(question))
            return False
        if await self._redis.hincrby(f"jobs:{self._name}:tries", question.id, 1) <= MOST_TRIES:
            return True
        _log.error("dropped a question that nobody survived", mailbox=self._name, question=question.id)
        await self._done(raw, question)
        return False

    async def _done(self, raw: bytes, question: Q, *, again: bool = False) -> None:
        """Have it in hand no more; `again`: it is the next one for whoever takes one."""
        async with self._redis.pipeline(transaction=True) as pipe:
            if again:
                pipe.lpush(f"jobs:{self._name}", raw)
            pipe.lrem(f"jobs:{self._name}:held", 1, raw)
            pipe.hdel(f"jobs:{self._name}:tries", question.id)
            pipe.delete(self._lease(question))
            await pipe.execute()

    async def _renew(self, question: Q) -> None:
        while True:
            await asyncio.sleep(_LEASE_S / 3)
            try:
                await self._redis.expire(self._lease(question), _LEASE_S)
            except AWAY as error:
                _log.warning("cannot say that a question is in hand", mailbox=self._name, error=str(error))

    def _lease(self, question: Q) -> str:
        return f"lease:{self._name}:{question.id}"

    def _decoded(self, raw: bytes) -> Q | None:
        try:
            return msgspec.json.decode(raw, type=self._asked)
        except msgspec.MsgspecError as error:
            _log.error("dropped a question that cannot be read", mailbox=self._name, error=str(error))
            return None
