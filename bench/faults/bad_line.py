"""A bad line between callers and Asterisk: a relay that loses and delays packets of sound, both ways.

Callers register with the relay as if it were the server. Signalling passes as it is, but for the address of the sound
(SDP, RFC 4566: `c=` and the port of `m=audio`), in what callers offer as in what Asterisk answers: each side hears of a
socket of the relay's alone, and sends there. So Asterisk knows from the first packet on where the caller's sound comes
from (strictrtp), and has nothing to learn from packets that are damaged. No packet of signalling is lost: a line that
cannot be called by is another fault.
"""

import asyncio
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

_HEAD_END = b"\r\n\r\n"
_CONNECTION = re.compile(rb"^c=IN IP4 (\S+)", re.MULTILINE)
_AUDIO = re.compile(rb"^m=audio (\d+)", re.MULTILINE)
_CALL = re.compile(rb"^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)
_LENGTH = re.compile(rb"^(Content-Length|l)\s*:\s*\d+", re.MULTILINE | re.IGNORECASE)

Address = tuple[str, int]


@dataclass(frozen=True)
class Weather:
    """What happens to each packet of sound."""

    lost: float
    """Share of packets that do not arrive."""
    jitter_s: float
    """Each packet is late by up to so much; later ones may overtake it."""


def sound_of(message: bytes) -> Address | None:
    """Where the sender of a SIP message wants its sound; None when it does not say."""
    _, _, body = message.partition(_HEAD_END)
    connection, audio = _CONNECTION.search(body), _AUDIO.search(body)
    if connection is None or audio is None or audio[1] == b"0":
        return None
    return connection[1].decode(), int(audio[1])


def call_of(message: bytes) -> bytes:
    """The Call-ID of a SIP message (RFC 3261, section 8.1.1.4); empty when it has none."""
    found = _CALL.search(message.partition(_HEAD_END)[0])
    return found[1] if found else b""


def with_sound_at(message: bytes, address: Address) -> bytes:
    """The same message with its sound at another address."""
    head, _, body = message.partition(_HEAD_END)
    body = _CONNECTION.sub(b"c=IN IP4 " + address[0].encode(), body)
    body = _AUDIO.sub(b"m=audio %d" % address[1], body)
    head = _LENGTH.sub(b"Content-Length: %d" % len(body), head)
    return head + _HEAD_END + body


class _Ear(asyncio.DatagramProtocol):
    """A socket that hands on what it receives."""

    def __init__(self, hear: Callable[[bytes, Address], None]) -> None:
        self._hear = hear

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._hear(data, (addr[0], addr[1]))


async def _socket(host: str, hear: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(hear), local_addr=(host, 0))
    return transport


def _address_of(transport: asyncio.DatagramTransport) -> Address:
    host, port = transport.get_extra_info("sockname")[:2]
    return host, port


class _Leg:
    """The sound of one call, between a socket that its caller knows and one that Asterisk knows."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self.caller: Address | None = None
        self.asterisk: Address | None = None
        """Where each side wants the sound, as its last SDP says."""
        self._to_caller: asyncio.DatagramTransport | None = None
        self._to_asterisk: asyncio.DatagramTransport | None = None

    async def open(self, host: str) -> Self:
        """Take a socket toward either side."""
        self._to_caller = await _socket(
            host, lambda data, _: self._pass_on(data, self._to_asterisk, self.asterisk)
        )
        self._to_asterisk = await _socket(
            host, lambda data, _: self._pass_on(data, self._to_caller, self.caller)
        )
        return self

    def close(self) -> None:
        """What is on its way is lost."""
        for transport in (self._to_caller, self._to_asterisk):
            if transport is not None:
                transport.close()

    def offered(self, message: bytes) -> bytes:
        """A message of the caller's as Asterisk is to read it."""
        return self._moved(message, from_caller=True)

    def answered(self, message: bytes) -> bytes:
        """A message of Asterisk's as the caller is to read it."""
        return self._moved(message, from_caller=False)

    def _moved(self, message: bytes, *, from_caller: bool) -> bytes:
        wanted, transport = sound_of(message), self._to_asterisk if from_caller else self._to_caller
        if wanted is None or transport is None:
            return message
        if from_caller:
            self.caller = wanted
        else:
            self.asterisk = wanted
        return with_sound_at(message, _address_of(transport))

    def _pass_on(self, packet: bytes, by: asyncio.DatagramTransport | None, target: Address | None) -> None:
        """Send a packet to the other side, or not, or later."""
        if by is None or target is None or random.random() < self._weather.lost:
            return
        delay = random.uniform(0.0, self._weather.jitter_s)
        asyncio.get_running_loop().call_later(delay, _send, by, packet, target)


def _send(transport: asyncio.DatagramTransport, packet: bytes, target: Address) -> None:
    if not transport.is_closing():
        transport.sendto(packet, target)


class BadLine:
    """The relay: `async with BadLine(server, host, weather) as line`, then register with the address `line.server`."""

    def __init__(self, server: Address, host: str, weather: Weather) -> None:
        """`server` is Asterisk's address, `host` this machine's, by which callers and Asterisk reach it."""
        self._asterisk = server
        self._host = host
        self._weather = weather
        self._down: asyncio.DatagramTransport | None = None
        self._up: dict[Address, asyncio.DatagramTransport] = {}
        """By caller: a socket each, so that Asterisk's answers find whose they are."""
        self._legs: dict[bytes, _Leg] = {}
        """By Call-ID, from the first SDP to BYE."""
        self._heard: asyncio.Queue[tuple[bytes, Address, bool]] = asyncio.Queue()
        """Messages, the caller whose they are or for whom, whether they are the caller's."""
        self._passing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._down = await _socket(
            self._host, lambda data, sender: self._heard.put_nowait((data, sender, True))
        )
        self._passing = asyncio.create_task(self._pass_on(self._down), name="bad line")
        return self

    async def __aexit__(self, *_: object) -> None:
        for transport in (self._down, *self._up.values()):
            if transport is not None:
                transport.close()
        for leg in self._legs.values():
            leg.close()
        if self._passing is not None:
            self._passing.cancel()
            with suppress(asyncio.CancelledError):
                await self._passing

    @property
    def server(self) -> str:
        """What callers take for the server: host:port."""
        assert self._down is not None
        return "{}:{}".format(*_address_of(self._down))

    async def _pass_on(self, down: asyncio.DatagramTransport) -> None:
        """Pass signalling on, one message after the other."""
        while True:
            message, caller, is_callers = await self._heard.get()
            leg = await self._leg(message)
            if is_callers:
                up = await self._upward(caller)
                up.sendto(leg.offered(message) if leg else message, self._asterisk)
            else:
                down.sendto(leg.answered(message) if leg else message, caller)
            if message.startswith(b"BYE ") and (over := self._legs.pop(call_of(message), None)):
                over.close()

    async def _upward(self, caller: Address) -> asyncio.DatagramTransport:
        """The socket by which Asterisk knows a caller."""
        if caller not in self._up:
            self._up[caller] = await _socket(
                self._host, lambda data, _: self._heard.put_nowait((data, caller, False))
            )
        return self._up[caller]

    async def _leg(self, message: bytes) -> _Leg | None:
        """The leg of the call that a message with sound is about; the same one for all of a call's."""
        if sound_of(message) is None:
            return None
        call = call_of(message)
        if call not in self._legs:
            self._legs[call] = await _Leg(self._weather).open(self._host)
        return self._legs[call]
