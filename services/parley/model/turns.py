"""How the agent workers share one language model server: one reads at a time, and none while another one answers.

It saves work and guards nothing: while Redis is away every worker goes on as if it were the only one.

    lease:reading    string  who has the server read something: one at a time
    lease:answers    zset    "worker/number" of the answers that are being written, by when they are given up
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

READING, ANSWERS = "lease:reading", "lease:answers"
LASTS_S = 10.0
"""So long others wait for a process that died while it had something read."""
KEEP_EVERY_S = 3.0
LOOK_S = 0.05
WAY_S = 1.2
"""Longest wait of an answer for what another worker reads: it stops at its next look, the server at its next step."""
ANSWER_S = 30.0
"""An answer that was begun so long ago has ended with its worker."""


class ModelTurns:
    """What one worker tells the others, and knows of them."""

    def __init__(self, redis: Redis, worker: str) -> None:
        self._redis = redis
        self._worker = worker
        self._numbers = itertools.count()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """Wait until no other worker has anything read, and have them wait meanwhile."""
        lock = self._redis.lock(READING, timeout=LASTS_S, sleep=LOOK_S)
        with suppress(RedisError):
            await lock.acquire()
        keeping = asyncio.create_task(_keep(lock), name="keep the turn to read")
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(RedisError):
                await lock.release()

    @asynccontextmanager
    async def answering(self) -> AsyncGenerator[None]:
        """Have the others read nothing meanwhile; begins once they have stopped."""
        member = f"{self._worker}/{next(self._numbers)}"
        with suppress(RedisError):
            await self._redis.zadd(ANSWERS, {member: time.time() + ANSWER_S})
            await self._redis.expire(ANSWERS, round(ANSWER_S))
        try:
            yield
        finally:
            with suppress(RedisError):
                await self._redis.zrem(ANSWERS, member)

    async def others_have_stopped(self) -> None:
        """Wait until nothing is read, though not for long."""
        with suppress(RedisError, TimeoutError):
            async with asyncio.timeout(WAY_S):
                while await self._redis.exists(READING):  # noqa: ASYNC110  # Redis tells nobody
                    await asyncio.sleep(LOOK_S / 2)

    async def others_answer(self) -> bool:
        """Whether another worker's answer is being written."""
        with suppress(RedisError):
            found: list[Any] = await self._redis.zrangebyscore(ANSWERS, time.time(), "+inf")
            return any(not member.startswith(f"{self._worker}/".encode()) for member in found)
        return False


async def _keep(lock: Lock) -> None:
    with suppress(RedisError):
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            await lock.reacquire()
