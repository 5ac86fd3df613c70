"""Answers of servers that send more than anybody can hold."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest

from agent.language_model.llm import OpenAiLlm
from agent.tools.webhooks import Services
from agent.voice.remote_tts import OpenAiVoice
from parley import remote
from parley.agents.schema import Tool
from parley.errors import EngineError
from stt.remote import OpenAiTranscriber
from tests.fakes.servers.serving import read_request, served

BOMB = gzip.compress(bytes(50_000_000))
"""50 kB that would be 50 MB."""


@dataclass
class Lavish:
    """Sends its chunks, and the last one again for as long as anybody reads."""

    chunks: list[bytes]
    coding: str = ""
    status: int = 200
    endless: bool = True
    port: int = 0
    head: str = ""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nobody reads any more."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.head, _ = await read_request(reader)
            coding = f"Content-Encoding: {self.coding}\r\n" if self.coding else ""
            writer.write(f"HTTP/1.1 {self.status} So\r\nConnection: close\r\n{coding}\r\n".encode())
            for chunk in self.chunks:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0.001)  # so that it arrives as a chunk of its own
            while self.endless:
                writer.write(self.chunks[-1])
                await writer.drain()
        except ConnectionError:
            self.left.set()
        finally:
            writer.close()


async def llm(url: str) -> object:
    client = OpenAiLlm(url, "local")
    try:
        return [token async for token in client.stream([{"role": "user", "content": "Hello?"}])]
    finally:
        await client.close()


async def voice(url: str) -> object:
    client = OpenAiVoice(url, "tts", "joe", pcm_rate=24_000, timeout_s=5.0)
    return [piece.text async for piece in client.speak("We are open from nine to five.")]


async def recogniser(url: str) -> object:
    client = OpenAiTranscriber(url, "whisper", budget_s=30.0)
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) * 0.1
    return await asyncio.to_thread(client.transcribe, noise, "en")


async def webhook(url: str) -> object:
    tool = Tool(name="orders", description="Orders.", url=url, method="GET", timeout_s=30.0)
    services = Services(httpx.AsyncClient(), Path("/nowhere"))
    try:
        return await services.call(tool, {}, "c1-1", "call-0")
    finally:
        await services.close()


CLIENTS = [llm, voice, recogniser, webhook]


async def refused(client: Callable[[str], Awaitable[object]], server: Lavish) -> EngineError:
    async with served(server):
        with pytest.raises(EngineError) as caught:
            await client(server.url)
        assert "accept-encoding: identity" in server.head.lower()
        if server.endless:
            await server.left.wait()
    return caught.value


@pytest.mark.parametrize("client", CLIENTS)
async def test_an_answer_without_an_end_is_left(client: Callable[[str], Awaitable[object]]) -> None:
    error = await refused(client, Lavish([bytes(100_000)]))
    assert error.kind == "protocol"
    assert "longer than" in error.detail


@pytest.mark.parametrize("client", [llm, voice])
async def test_so_is_a_refusal_without_an_end(client: Callable[[str], Awaitable[object]]) -> None:
    error = await refused(client, Lavish([bytes(10_000)], status=500))
    assert "longer than" in error.detail


@pytest.mark.parametrize("client", CLIENTS)
async def test_nothing_is_decompressed(client: Callable[[str], Awaitable[object]]) -> None:
    error = await refused(client, Lavish([BOMB], coding="gzip", endless=False))
    assert error.kind == "protocol"
    assert "compressed (gzip)" in error.detail


async def test_lines_are_put_together_however_they_come() -> None:
    server = Lavish([b"da", b"ta: 1\r", b"\ndata: 2\n\ndata: 3\rdata", b": \xc3", b"\xa4"], endless=False)
    async with (
        served(server),
        httpx.AsyncClient() as client,
        client.stream("GET", server.url) as response,
    ):
        lines = [line async for line in remote.lines(response, 100)]
    assert [line for line in lines if line] == ["data: 1", "data: 2", "data: 3", "data: ä"]
