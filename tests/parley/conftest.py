import uuid

import pytest

from parley.bus import Bus
from tests.parley.streams import GROUP


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"test:{uuid.uuid4().hex}"


@pytest.fixture
async def jobs(bus: Bus, name: str) -> str:
    await bus.join(name, GROUP)
    return name
