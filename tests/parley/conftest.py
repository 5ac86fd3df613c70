import uuid
from collections.abc import AsyncIterator

import pytest

from parley.bus import Bus
from tests.parley.streams import GROUP


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    yield bus
    await bus.close()


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"test:{uuid.uuid4().hex}"


@pytest.fixture
async def jobs(bus: Bus, name: str) -> str:
    await bus.join(name, GROUP)
    return name
