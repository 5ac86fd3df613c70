"""`python -m api`: serves the API until it is told to stop. Its keys: `python -m api.access`."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from api.access.database import Database
from api.application import make
from api.settings import ApiSettings
from parley.bus import Bus
from parley.service import Service, run

PORT = 8000
"""Inside the stack; API_PORT is the one on 127.0.0.1."""
_CONNECTIONS = 100
"""More at a time are told to come back (503): what is asked too much must not use up memory."""
_LAST_S = 5
"""How long requests in progress have when the service stops."""


class Server(uvicorn.Server):
    """A server that leaves signals to the service's frame, and tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        if self.started:
            self._on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def main(settings: ApiSettings, service: Service) -> None:
    """Serve until the service is told to stop."""
    database = Database(Path(settings.api_dir))
    bus = Bus.connect(settings.redis_url)
    config = uvicorn.Config(
        make(settings, database, bus),
        host="0.0.0.0",
        port=PORT,
        lifespan="off",
        ws="none",
        log_config=None,
        # Paths and queries have callers' numbers.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_LAST_S,
    )

    def ready() -> None:
        service.ready = True

    server = Server(config, ready)
    stop = asyncio.create_task(_stop(service, server), name="stop")
    try:
        await server.serve()
    finally:
        stop.cancel()
        await bus.close()
        database.close()


async def _stop(service: Service, server: uvicorn.Server) -> None:
    await service.stopping.wait()
    server.should_exit = True


if __name__ == "__main__":
    run("api", ApiSettings, main)
