"""A right that one process has at a time, kept in Redis: for work that is the same whoever does it.

It saves work and guards nothing: while Redis is away everybody has it, and whoever hangs loses it.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

LASTS_S = 10.0
"""So long others wait for a process that died with it."""
KEEP_EVERY_S = 3.0
LOOK_S = 0.2


@asynccontextmanager
async def held(redis: Redis, key: str) -> AsyncGenerator[None]:
    """Wait until nobody else has the right, and have it meanwhile."""
    lock = redis.lock(key, timeout=LASTS_S, sleep=LOOK_S)
    with suppress(RedisError):
        await lock.acquire()
    keeping = asyncio.create_task(_keep(lock), name=f"keep {key}")
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(RedisError):
            await lock.release()


async def _keep(lock: Lock) -> None:
    with suppress(RedisError):
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            await lock.reacquire()
