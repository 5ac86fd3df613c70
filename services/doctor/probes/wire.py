"""Two exchanges that no library here speaks: a WebSocket's handshake, and a SIP request that needs no user."""

import asyncio
import base64
import secrets
import ssl
import time
from urllib.parse import urlsplit

from doctor.probes.web import TIMEOUT_S, basic

_CLOSE = b"\x88\x80\x00\x00\x00\x00"
"""A masked close frame without a reason (RFC 6455, section 5.5.1)."""


class Wire:
    """Asks on bare sockets. What goes wrong is an OSError (TimeoutError is one)."""

    async def websocket(self, url: str, user: str, password: str) -> str:
        """Open a WebSocket and close it at once; return the status line, `HTTP/1.1 101 …` when it was opened."""
        parts = urlsplit(url)
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            try:
                writer.write(handshake(parts.netloc, f"{parts.path}?{parts.query}", user, password))
                status = (await reader.readline()).decode(errors="replace").strip()
                if " 101 " in status:
                    writer.write(_CLOSE)
                    await writer.drain()
                return status
            finally:
                writer.close()

    async def sip(self, host: str, port: int, transport: str) -> float:
        """Send OPTIONS by udp, tcp or tls; return the seconds until any SIP answer came."""
        asked = time.monotonic()
        message = options(host, port, transport)
        async with asyncio.timeout(TIMEOUT_S):
            if transport == "udp":
                answer = await _by_udp(host, port, message)
            else:
                answer = await _by_tcp(host, port, message, secure=transport == "tls")
        if not answer.startswith(b"SIP/2.0 "):
            raise ConnectionError(f"no SIP: {answer[:40]!r}")
        return time.monotonic() - asked


def handshake(host: str, path: str, user: str, password: str) -> bytes:
    """Build the opening handshake of a WebSocket (RFC 6455, section 4.1)."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ari",
        f"Authorization: {basic(user, password)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def options(host: str, port: int, transport: str) -> bytes:
    """Build a SIP OPTIONS request (RFC 3261, section 11) from user 1000: a user that is not known would be reported."""
    lines = [
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} doctor.invalid;rport;branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        f"From: <sip:1000@{host}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 OPTIONS",
        "Contact: <sip:1000@doctor.invalid>",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class _Answer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.came.done():
            self.came.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.came.done():
            self.came.set_exception(exc)


async def _by_udp(host: str, port: int, message: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(_Answer, remote_addr=(host, port))
    try:
        transport.sendto(message)
        return await protocol.came
    finally:
        transport.close()


async def _by_tcp(host: str, port: int, message: bytes, *, secure: bool = False) -> bytes:
    context = ssl.create_default_context() if secure else None
    if context is not None:  # a certificate that Asterisk made itself is as good as another here
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        writer.write(message)
        return await reader.readline()
    finally:
        writer.close()
