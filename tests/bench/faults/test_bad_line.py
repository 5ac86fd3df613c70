"""The relay: signalling passes, the sound's address is its own, and packets are lost as often as was said."""

import asyncio
from typing import Any

import pytest

from bench.faults.bad_line import Address, BadLine, Weather, sound_of, with_sound_at

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


async def sound_through(weather: Weather, packets: int) -> tuple[list[bytes], list[bytes]]:
    """What arrives at either side of packets that both send."""
    asterisk, sound, caller = await peer(), await peer(), await peer()
    async with BadLine(asterisk.address, "127.0.0.1", weather) as line:
        host, _, port = line.server.partition(":")
        caller.transport.sendto(b"INVITE", (host, int(port)))
        asked, way_back = await asterisk.next()
        assert asked == b"INVITE"
        body = BODY.replace(b"172.20.0.9", b"127.0.0.1").replace(b"20004", b"%d" % sound.address[1])
        asterisk.transport.sendto(ANSWER.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body, way_back)
        answer, _ = await caller.next()
        leg = sound_of(answer)
        assert leg is not None
        assert leg != sound.address
        for number in range(packets):
            caller.transport.sendto(b"up %d" % number, leg)
        await asyncio.sleep(0.3)
        up = [sound.heard.get_nowait() for _ in range(sound.heard.qsize())]
        for number in range(packets):
            sound.transport.sendto(b"down %d" % number, up[0][1])
        await asyncio.sleep(0.3)
        down = [caller.heard.get_nowait()[0] for _ in range(caller.heard.qsize())]
    for one in (asterisk, sound, caller):
        one.transport.close()
    return [data for data, _ in up], down


async def test_in_good_weather_everything_arrives_both_ways():
    up, down = await sound_through(Weather(0.0, 0.0), 20)
    assert up == [b"up %d" % n for n in range(20)]
    assert down == [b"down %d" % n for n in range(20)]


async def test_in_bad_weather_some_packets_are_lost_and_none_is_made_up():
    up, down = await sound_through(Weather(0.5, 0.05), 100)
    assert 20 < len(up) < 80
    assert 20 < len(down) < 80
    assert set(up) <= {b"up %d" % n for n in range(100)}
