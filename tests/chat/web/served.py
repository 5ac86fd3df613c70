"""What is served on a port of its own, as long as it is looked at."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import APIRouter
from starlette.types import ASGIApp

from api.server import Server
from chat.web.application import make
from chat.web.visitors import Limits
from tests.chat.conftest import Scene


@asynccontextmanager
async def on_a_port(app: ASGIApp) -> AsyncIterator[int]:
    """An application, on this port of 127.0.0.1."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        started = asyncio.Event()
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = Server(config, started.set)
        serving = asyncio.create_task(server.serve([listening]))
        await started.wait()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def served(
    scene: Scene, starts: int = 100, messages: int = 100, calls: int = 100, more: APIRouter | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of chats that are served; with `more`, those routes as well."""
    app = make(scene.house, scene.agents, Limits(starts, messages, calls), scene.bus.commands())
    if more is not None:
        app.include_router(more)
    async with (
        on_a_port(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/chat/v1", timeout=30) as client,
    ):
        yield client
