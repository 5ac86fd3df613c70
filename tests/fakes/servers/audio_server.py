"""A server of `/v1/audio/transcriptions`, `/v1/audio/speech` and a raw endpoint that behaves as it is told."""

import asyncio
import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.fakes.servers.serving import read_request, start

TONE_RATE = 24_000


def tone(seconds: float) -> bytes:
    """S16le at TONE_RATE."""
    time = np.arange(int(seconds * TONE_RATE)) / TONE_RATE
    return np.round(8000 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes()


def wav(pcm: bytes, rate: int = TONE_RATE) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return buffer.getvalue()


@dataclass
class AudioServer:
    """What it answers, and what it was asked."""

    text: str = "Are you open on Sunday?"
    body: bytes = field(default_factory=lambda: tone(1.0))
    content_type: str = "audio/pcm"
    status: int = 200
    retry_after: str = ""
    first_delay_s: float = 0.0
    chunk_delay_s: float = 0.0
    cut_after: int | None = None
    """Bytes of the body after which the connection is cut."""
    garbage: bool = False
    port: int = 0
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and body of every request."""
    heads: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.host}/v1"

    def asked(self) -> dict[str, Any]:
        """The last request's JSON."""
        return dict(json.loads(self.requests[-1][1]))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await read_request(reader)
            path = head.split()[1]
            self.requests.append((path, body))
            self.heads.append(head)
            await self._answer(writer, speech=path.endswith("/speech"))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, *, speech: bool) -> None:
        await asyncio.sleep(self.first_delay_s)
        body, kind = self.body, self.content_type
        if not speech:
            body, kind = json.dumps({"text": self.text}).encode(), "application/json"
        if self.garbage:
            body, kind = b"<html>gateway time-out</html>", "text/html"
        if self.status != 200:
            body, kind = b"too many requests", "text/plain"
        retry = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
        head = f"HTTP/1.1 {self.status} So\r\nContent-Type: {kind}\r\nConnection: close\r\n{retry}"
        writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for at in range(0, len(body), 4800):
            if self.cut_after is not None and at >= self.cut_after:
                await writer.drain()
                return
            chunk = body[at : at + 4800]
            writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            await writer.drain()
            await asyncio.sleep(self.chunk_delay_s)
        writer.write(b"0\r\n\r\n")
        await writer.drain()


@contextmanager
def audio_server(**behaviour: Any) -> Iterator[AudioServer]:
    """Serve on a thread of its own, for clients that block as well as for those that do not."""
    fake = AudioServer(**behaviour)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.run_coroutine_threadsafe(start(fake), loop)
    server = starting.result(5)

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
