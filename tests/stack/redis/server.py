"""Connections to Redis as one of the stack's own users."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from parley.bus import Bus

SETTINGS = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "REDIS_PASSWORD": "operator",
    "REDIS_PASSWORD_STT": "its-own",
}
ENTRYPOINT = Path(__file__).parents[3] / "redis" / "entrypoint"


@asynccontextmanager
async def connected(port: int, user: str, password: str = "") -> AsyncIterator[Bus]:
    password = password or ("its-own" if user == "stt" else "operator")
    bus = Bus.connect(f"redis://{user}:{password}@127.0.0.1:{port}/0")
    yield bus
    await bus.close()
