"""Questions to whichever of several services has time, and their answers. Any method may raise BusError.

jobs:{name}   list  questions; JSON
{name}:{id}   list  what came of one, for a minute
"""

from typing import Any, Protocol

import msgspec

from parley import log
from parley.errors import MessageError

MOST_WAITING = 20
_TTL_S = 60

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
        if item is None:
            return None
        try:
            return msgspec.json.decode(item[1], type=self._asked)
        except msgspec.MsgspecError as error:
            _log.error("dropped a question that cannot be read", mailbox=self._name, error=str(error))
            return None

    async def answer(self, question: Q, answer: A) -> None:
        """Tell who asked."""
        answers = f"{self._name}:{question.id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(answers, msgspec.json.encode(answer))
            pipe.expire(answers, _TTL_S)
            await pipe.execute()
