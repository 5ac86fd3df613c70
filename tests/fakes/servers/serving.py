"""What fakes that are servers share: ports of this machine's choice, requests, and threads to serve on."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Protocol


class Fake(Protocol):
    """A server on asyncio."""

    port: int

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection."""


async def start(fake: Fake) -> asyncio.Server:
    """Begin to serve, and tell the fake its port."""
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    return server


@asynccontextmanager
async def served[F: Fake](fake: F) -> AsyncIterator[F]:
    """Serve on this event loop."""
    server = await start(fake)
    try:
        yield fake
    finally:
        server.close()


async def read_request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Head and body of an HTTP request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
    return head, await reader.readexactly(int(length[1]) if length else 0)


class QuietHandler(BaseHTTPRequestHandler):
    """Answers requests without a line of log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def on_thread(server: HTTPServer) -> Iterator[str]:
    """Serve on a thread of its own; gives the URL."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
