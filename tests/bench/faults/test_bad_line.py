"""The relay: signalling passes, both sides know its address for the sound, and as many packets are lost as was said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bench.faults.bad_line import Address, BadLine, Weather, call_of, sound_of, with_sound_at

BODY = b"v=0\r\no=- 1 1 IN IP4 172.20.0.9\r\nc=IN IP4 172.20.0.9\r\nt=0 0\r\nm=audio 20004 RTP/AVP 0\r\n"
ANSWER = b"SIP/2.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


class Peer(asyncio.DatagramProtocol):
    """Somebody with a socket."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.put_nowait((data, addr))

    @property
    def address(self) -> Address:
        return self.transport.get_extra_info("sockname")

    async def next(self) -> tuple[bytes, Address]:
        return await asyncio.wait_for(self.heard.get(), 5)


async def peer() -> Peer:
    _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Peer, ("127.0.0.1", 0))
    return protocol


def test_the_sound_of_an_answer_is_moved_and_the_length_told_anew():
    moved = with_sound_at(ANSWER, ("10.0.0.1", 7))
    assert sound_of(moved) == ("10.0.0.1", 7)
    head, _, body = moved.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"o=- 1 1 IN IP4 172.20.0.9" in body


@pytest.mark.parametrize(
    "message", [b"SIP/2.0 100 Trying\r\n\r\n", ANSWER.replace(b"m=audio 20004", b"m=audio 0")]
)
def test_a_message_without_sound_has_none(message: bytes):
    assert sound_of(message) is None


def test_a_message_names_its_call_by_the_long_or_the_short_header():
    assert call_of(b"BYE sip:x SIP/2.0\r\ni : a@b\r\n\r\nCall-ID: no") == b"a@b"
    assert call_of(b"SIP/2.0 200 OK\r\nCall-id:c\r\n\r\n") == b"c"
    assert call_of(ANSWER) == b""


def message(first: str, call: str, sound: Address) -> bytes:
    """A SIP message of a call whose sender wants its sound there."""
    body = BODY.replace(b"172.20.0.9", sound[0].encode()).replace(b"20004", b"%d" % sound[1])
    return f"{first}\r\nCall-ID: {call}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Call:
    """Both ends of a call, and where each is told to send its sound."""

    asterisk: Peer
    asterisk_sound: Peer
    caller: Peer
    caller_sound: Peer
    line: BadLine
    up: Address = ("", 0)
    down: Address = ("", 0)
    way_back: Address = ("", 0)

    async def offer(self, call: str) -> None:
        """Have the caller offer its sound; `down` is where Asterisk is told that it is."""
        host, _, port = self.line.server.partition(":")
        offered = message("INVITE sip:100@x SIP/2.0", call, self.caller_sound.address)
        self.caller.transport.sendto(offered, (host, int(port)))
        received, self.way_back = await self.asterisk.next()
        found = sound_of(received)
        assert found is not None
        self.down = found

    async def answer(self, call: str) -> None:
        """Have Asterisk answer with its own; `up` is where the caller is told that it is."""
        answered = message("SIP/2.0 200 OK", call, self.asterisk_sound.address)
        self.asterisk.transport.sendto(answered, self.way_back)
        found = sound_of((await self.caller.next())[0])
        assert found is not None
        self.up = found

    async def bye(self, call: str) -> None:
        """Have Asterisk end it."""
        self.asterisk.transport.sendto(
            f"BYE sip:x SIP/2.0\r\nCall-ID: {call}\r\n\r\n".encode(), self.way_back
        )
        assert (await self.caller.next())[0].startswith(b"BYE ")


@asynccontextmanager
async def called(weather: Weather) -> AsyncIterator[Call]:
    """A call over the relay, offered and answered."""
    ends = [await peer() for _ in range(4)]
    async with BadLine(ends[0].address, "127.0.0.1", weather) as line:
        call = Call(*ends, line)
        await call.offer("one")
        await call.answer("one")
        yield call
    for one in ends:
        one.transport.close()


async def sound_through(weather: Weather, packets: int) -> tuple[list[bytes], list[bytes]]:
    """What arrives at either side of packets that both send at once."""
    async with called(weather) as call:
        for number in range(packets):
            call.caller_sound.transport.sendto(b"up %d" % number, call.up)
            call.asterisk_sound.transport.sendto(b"down %d" % number, call.down)
        await asyncio.sleep(0.3)
        up, down = (
            [end.heard.get_nowait() for _ in range(end.heard.qsize())]
            for end in (call.asterisk_sound, call.caller_sound)
        )
        # Neither side has anything to learn: sound comes from where the other is said to be.
        assert {sender for _, sender in up} <= {call.down}
        assert {sender for _, sender in down} <= {call.up}
    return [data for data, _ in up], [data for data, _ in down]


async def test_in_good_weather_everything_arrives_both_ways():
    up, down = await sound_through(Weather(0.0, 0.0), 20)
    assert up == [b"up %d" % n for n in range(20)]
    assert down == [b"down %d" % n for n in range(20)]


async def test_in_bad_weather_some_packets_are_lost_and_none_is_made_up():
    up, down = await sound_through(Weather(0.5, 0.05), 100)
    assert 20 < len(up) < 80
    assert 20 < len(down) < 80
    assert set(up) <= {b"up %d" % n for n in range(100)}


async def test_a_late_packet_is_overtaken():
    up, down = await sound_through(Weather(0.0, 0.1), 100)
    assert sorted(up) == sorted(b"up %d" % n for n in range(100)) != up
    assert sorted(down) == sorted(b"down %d" % n for n in range(100)) != down


async def test_an_offer_in_mid_call_keeps_the_leg_and_another_call_has_its_own():
    async with called(Weather(0.0, 0.0)) as call:
        up, down = call.up, call.down
        call.caller_sound = await peer()
        await call.offer("one")
        await call.answer("one")
        assert (call.up, call.down) == (up, down)
        call.asterisk_sound.transport.sendto(b"to where it is now", down)
        assert await call.caller_sound.next() == (b"to where it is now", up)
        await call.offer("two")
        await call.answer("two")
        assert {call.up, call.down}.isdisjoint({up, down})
        call.caller_sound.transport.close()


async def test_a_leg_ends_with_its_call():
    async with called(Weather(0.0, 0.0)) as call:
        before = call.up
        await call.bye("one")
        await call.offer("one")
        await call.answer("one")
        assert call.up != before
