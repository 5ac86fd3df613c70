"""A server of HTTP in the frame of a service."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from parley.service import Service

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


async def serve(
    app: FastAPI, port: int, service: Service, *, connections: int, proxy: str = "", frame: int = 0
) -> None:
    """Serve until the service is told to stop. More `connections` at a time are told to come back (503); `proxy` is
    the address or network of whose word about clients' addresses is believed, empty: nobody's. `frame`: bytes of a
    WebSocket's longest message; 0: there are none.
    """
    config = uvicorn.Config(
        app,
        host="0.0.0.0",
        port=port,
        lifespan="off",
        ws="websockets-sansio" if frame else "none",
        ws_max_size=frame,
        ws_per_message_deflate=False,
        log_config=None,
        # Paths and queries have callers' numbers.
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy,
        limit_concurrency=connections,
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


async def _stop(service: Service, server: Server) -> None:
    await service.stopping.wait()
    server.should_exit = True
