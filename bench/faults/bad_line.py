"""A bad line between callers and Asterisk: a relay that loses and delays packets of sound, both ways.

Callers register with the relay as if it were the server. Signalling passes as it is, but for the address of the sound
in what Asterisk answers (SDP, RFC 4566: `c=` and the port of `m=audio`): callers send their sound to the relay, and
Asterisk sends its own to where theirs comes from. No packet of signalling is lost: a line that cannot be called by is
another fault.
"""

import asyncio
import random
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

_HEAD_END = b"\r\n\r\n"
_CONNECTION = re.compile(rb"^c=IN IP4 (\S+)", re.MULTILINE)
_AUDIO = re.compile(rb"^m=audio (\d+)", re.MULTILINE)
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
    """The sound of one call: what comes from Asterisk goes to the caller, everything else to Asterisk."""

    def __init__(self, asterisk: Address, weather: Weather) -> None:
        self._asterisk = asterisk
        self._weather = weather
        self._caller: Address | None = None
        """Known by its first packet, as in any NAT."""
        self.transport: asyncio.DatagramTransport | None = None

    def hear(self, packet: bytes, sender: Address) -> None:
        """Pass a packet on, or not, or later."""
        if sender != self._asterisk:
            self._caller = sender
        target = self._caller if sender == self._asterisk else self._asterisk
        if target is None or random.random() < self._weather.lost:
            return
        delay = random.uniform(0.0, self._weather.jitter_s)
        asyncio.get_running_loop().call_later(delay, self._send, packet, target)

    def _send(self, packet: bytes, target: Address) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.sendto(packet, target)


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
        self._legs: dict[Address, _Leg] = {}
        """By where Asterisk wants the sound."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._down = await _socket(
            self._host, lambda data, sender: self._own(self._to_asterisk(data, sender))
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        legs = [leg.transport for leg in self._legs.values()]
        for transport in (self._down, *self._up.values(), *legs):
            if transport is not None:
                transport.close()

    @property
    def server(self) -> str:
        """What callers take for the server: host:port."""
        assert self._down is not None
        return "{}:{}".format(*_address_of(self._down))

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _to_asterisk(self, message: bytes, caller: Address) -> None:
        if caller not in self._up:
            self._up[caller] = await _socket(
                self._host, lambda data, _: self._own(self._to_caller(data, caller))
            )
        self._up[caller].sendto(message, self._asterisk)

    async def _to_caller(self, message: bytes, caller: Address) -> None:
        assert self._down is not None
        if (wanted := sound_of(message)) is not None:
            message = with_sound_at(message, await self._leg(wanted))
        self._down.sendto(message, caller)

    async def _leg(self, asterisk: Address) -> Address:
        """Where the caller shall send what Asterisk wants there."""
        if asterisk not in self._legs:
            leg = self._legs[asterisk] = _Leg(asterisk, self._weather)
            leg.transport = await _socket(self._host, leg.hear)
        transport = self._legs[asterisk].transport
        assert transport is not None
        return _address_of(transport)
