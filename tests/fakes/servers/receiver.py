"""A receiver of webhooks, that answers as it is told: also slowly, without an end, or not at all."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.servers.serving import read_request

Manner = Literal["well", "error", "gone", "redirect", "drip", "huge", "reset", "silent", "garbage", "told"]
ANSWERS = {
    "well": b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "error": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "garbage": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
}


@dataclass
class Receiver:
    """A server; `manner` may be changed at any time."""

    manner: Manner = "well"
    location: str = ""
    """Where it redirects to."""
    told: bytes = b""
    """What it answers with the manner `told`..."""
    status: str = "200 OK"
    """... and the status of that."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """First lines of all requests."""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and body of all requests."""
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Of those that were answered well."""
    written: int = 0
    """Bytes of a body without an end that somebody has taken."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            head, body = await read_request(reader)
            pairs = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
            self.asked.append(head.split("\r\n")[0])
            request = ({name.lower(): value for name, value in pairs}, body)
            self.got.append(request)
            await self._answer(writer, request)
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, request: tuple[dict[str, str], bytes]) -> None:
        match self.manner:
            case "redirect":
                writer.write(
                    f"HTTP/1.1 307 So\r\nLocation: {self.location}\r\nContent-Length: 0\r\n\r\n".encode()
                )
            case "told":
                length = f"Content-Length: {len(self.told)}\r\nConnection: close\r\n\r\n"
                writer.write(f"HTTP/1.1 {self.status}\r\n{length}".encode() + self.told)
            case "drip":
                while True:
                    writer.write(b"H")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case "silent":
                await asyncio.Event().wait()
            case "reset":
                writer.transport.abort()
            case "huge":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
                self.taken.append(request)
                while True:
                    writer.write((1 << 16) * b"x")
                    await writer.drain()
                    self.written += 1 << 16
            case manner:
                if manner == "well":
                    self.taken.append(request)
                writer.write(ANSWERS[manner])
        await writer.drain()
