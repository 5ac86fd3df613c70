"""A company's MCP server, by the official SDK over loopback, and one that does what no server should."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from api.server import Server
from tests.fakes.servers.serving import read_request


class Guests(BaseModel):
    adults: int
    children: int = 0


@dataclass
class Crm:
    """What a server was asked, and how it is asked."""

    url: str
    server: FastMCP
    done: list[tuple[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of every request."""
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether somebody waits for what never comes."""


@asynccontextmanager
async def mcp_server(*, stateless: bool = True, json_response: bool = True) -> AsyncIterator[Crm]:
    server = FastMCP("crm", stateless_http=stateless, json_response=json_response)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        crm = Crm(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", server)
        _add_tools(server, crm)
        app = _heard(server.streamable_http_app(), crm)
        listens = asyncio.Event()
        web = Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1), listens.set)
        serving = asyncio.create_task(web.serve(sockets=[listening]))
        await listens.wait()
        try:
            yield crm
        finally:
            web.should_exit = True
            await serving


def _add_tools(server: FastMCP, crm: Crm) -> None:
    @server.tool()
    async def find_order(number: str) -> str:
        """Server's own words, which nobody reads."""
        crm.done.append(("find_order", number))
        return f"Order {number} was shipped."

    @server.tool()
    async def book_visit(day: str, guests: Guests) -> dict[str, Any]:
        """Book."""
        crm.done.append(("book_visit", (day, guests.adults)))
        if day == "Sunday":
            raise ValueError("closed on Sundays")
        return {"visit": 7}

    @server.tool()
    async def tell_all() -> str:
        """Huge."""
        return "x" * 200_000

    @server.tool()
    async def wait() -> str:
        """Never answers."""
        crm.waits.set()
        await asyncio.Event().wait()
        return ""

    @server.tool()
    async def drop_everything() -> str:
        """Nobody allows this one."""
        crm.done.append(("drop_everything", None))
        return "done"


def _heard(app: ASGIApp, crm: Crm) -> ASGIApp:
    async def hear(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            crm.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await app(scope, receive, send)

    return hear


@dataclass
class Hostile:
    """Speaks as much of the protocol as it takes to do something else in its tools/list."""

    manner: str
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await read_request(reader)
            self.asked.append(" ".join(head.split()[:2]))
            await self._answer(json.loads(body) if body else {}, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        method = asked.get("method", "")
        if method == "initialize":
            told = {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "serverInfo": {"name": "x", "version": "1"},
            }
            await self._json(asked["id"], told, writer)
        elif method != "tools/list":
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif self.manner == "redirects":
            writer.write(
                b"HTTP/1.1 307 No\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        elif self.manner == "compresses":
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                b"Content-Length: 4\r\nConnection: close\r\n\r\nzzzz"
            )
        elif self.manner == "fails":
            writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif self.manner == "never ends":
            await self._stream(
                writer, f'{{"jsonrpc": "2.0", "method": "x", "params": {{"a": "{"x" * 60_000}"}}}}'
            )
        elif self.manner == "asks back":
            await self._stream(writer, '{"jsonrpc": "2.0", "id": "p", "method": "ping"}')
        else:
            await self._json(asked["id"], {"tools": "none"}, writer)
        await writer.drain()

    async def _json(self, id_: object, result: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": id_, "result": result}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)

    async def _stream(self, writer: asyncio.StreamWriter, event: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(f"event: message\ndata: {event}\n\n".encode())
            await writer.drain()
            await asyncio.sleep(0.001)
