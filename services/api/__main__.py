"""`python -m api`: serves the API and the console until told to stop. Keys: `api.access`; users: `api.console`."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.access.database import Database
from api.application import make
from api.console import application as console
from api.settings import ApiSettings
from parley.bus import Bus
from parley.service import Service, run

PORT = 8000
"""Inside the stack; API_PORT is the one on 127.0.0.1."""
CONSOLE_PORT = 8443
"""Likewise, by the setting of that name."""
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
    pages = console.make(settings, database)
    started: set[int] = set()

    def listens(port: int) -> None:
        started.add(port)
        service.ready = started == {PORT, CONSOLE_PORT}

    servers = [
        Server(_config(app, port), partial(listens, port))
        for app, port in ((make(settings, database, bus), PORT), (pages, CONSOLE_PORT))
    ]
    stop = asyncio.create_task(_stop(service, servers), name="stop")
    try:
        await asyncio.gather(*(server.serve() for server in servers))
    finally:
        stop.cancel()
        await pages.state.upstream.close()
        await bus.close()
        database.close()


def _config(app: FastAPI, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host="0.0.0.0",
        port=port,
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


async def _stop(service: Service, servers: list[Server]) -> None:
    await service.stopping.wait()
    for server in servers:
        server.should_exit = True


if __name__ == "__main__":
    run("api", ApiSettings, main)
