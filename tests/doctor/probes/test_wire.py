"""Bare sockets: against small servers that know what to expect."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest

from doctor.probes.wire import Wire, handshake, options

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def serving(serve: Serve) -> tuple[asyncio.Server, int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_a_websocket_is_opened_and_closed_politely() -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        seen.append(await reader.read(100))
        writer.close()

    server, port = await serving(serve)
    async with server:
        status = await Wire().websocket(f"http://127.0.0.1:{port}/ari/events?app=a", "user", "secret")
        for _ in range(100):
            await asyncio.sleep(0.01)
            if len(seen) == 2:
                break
    assert status == "HTTP/1.1 101 Switching Protocols"
    assert seen[0].startswith(b"GET /ari/events?app=a HTTP/1.1\r\n")
    assert b"Authorization: Basic dXNlcjpzZWNyZXQ=" in seen[0]
    assert seen[1][0] == 0x88  # a close frame


async def test_nobody_listens() -> None:
    with pytest.raises(OSError, match="Connect"):
        await Wire().websocket("http://127.0.0.1:1/ari/events?app=a", "user", "secret")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_any_sip_answer_is_one(transport: str) -> None:
    answer = b"SIP/2.0 401 Unauthorized\r\n\r\n"

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            assert data.startswith(b"OPTIONS sip:127.0.0.1:")
            self.transport.sendto(answer, addr)  # type: ignore[attr-defined]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"OPTIONS sip:127.0.0.1:")
        writer.write(answer)
        writer.close()

    if transport == "udp":
        loop = asyncio.get_running_loop()
        listening, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
        port = listening.get_extra_info("sockname")[1]
        assert 0 < await Wire().sip("127.0.0.1", port, transport) < 5
        listening.close()
    else:
        server, port = await serving(serve)
        async with server:
            assert 0 < await Wire().sip("127.0.0.1", port, transport) < 5


async def test_an_answer_that_is_no_sip() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n")
        writer.close()

    server, port = await serving(serve)
    async with server:
        with pytest.raises(OSError, match="no SIP"):
            await Wire().sip("127.0.0.1", port, "tcp")


def test_requests_are_whole() -> None:
    assert handshake("h", "/p", "u", "p").endswith(b"\r\n\r\n")
    asked = options("asterisk", 5060, "udp").decode()
    assert asked.endswith("Content-Length: 0\r\n\r\n")
    assert re.search(r"(?m)^Via: SIP/2\.0/UDP \S+;rport;branch=z9hG4bK\w+\r$", asked)
