"""A company's own HTTP service, that answers as it is told."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.servers.serving import read_request, served


@dataclass
class WebService:
    body: bytes = b'{"status": "shipped"}'
    status: int = 200
    location: str = ""
    delay_s: float = 0.0
    port: int = 0
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    """Method, path with query, headers, body."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/orders"

    def sent(self) -> Any:
        """JSON of the last request."""
        return json.loads(self.requests[-1][3])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await read_request(reader)
            first, *lines = head.split("\r\n")
            method, path, _ = first.split()
            pairs = [line.split(": ", 1) for line in lines if line]
            headers = {name.lower(): value for name, value in pairs}
            self.requests.append((method, path, headers, body))
            await asyncio.sleep(self.delay_s)
            moved = self.location if not path.startswith("/moved") else ""
            status = 302 if moved else self.status
            head = f"HTTP/1.1 {status} So\r\nConnection: close\r\nContent-Length: {len(self.body)}\r\n"
            head += f"Location: {moved}\r\n" if moved else ""
            writer.write(head.encode() + b"\r\n" + self.body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def web_service(**behaviour: Any) -> AbstractAsyncContextManager[WebService]:
    return served(WebService(**behaviour))
