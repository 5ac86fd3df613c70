from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from parley.bus import Bus
from parley.outside.endpoints import Endpoint, new_secret
from parley.outside.spool import Spool
from tests.fakes.servers.receiver import Receiver
from tests.fakes.servers.serving import served

SECRET = new_secret()


def put(spool: Spool, receiver: Receiver, name: str = "crm", **more: tuple[str, ...]) -> None:
    spool.put(Endpoint(name, receiver.url, SECRET, **more))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "webhooks")
    yield spool
    spool.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with served(Receiver()) as receiver:
        yield receiver


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    redis = Redis.from_url(redis_url)
    await redis.flushdb()
    await redis.aclose()
    bus = Bus.connect(redis_url)
    yield bus
    await bus.close()
