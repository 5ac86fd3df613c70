# A speaker goes on with another stream of audio, whose numbers are its own, or its packets overtake each other.
import os
import random
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
import requests
from websockets.sync.client import connect

from tests.stack.asterisk.test_http import BASE
from tests.stack.asterisk.test_sip import phone

pytestmark = pytest.mark.stack

APP = "continuity"
FRAME = 160
EARLIER, LATER = 100, 30_000
"""First sequence numbers of two streams: to who has heard the later one the earlier looks late (RFC 3550, A.1)."""


def login() -> tuple[str, str]:
    return os.environ.get("ARI_USER", "parley"), os.environ["ARI_PASSWORD"]


def ari(method: str, path: str, **query: str) -> Any:
    answer = requests.request(method, f"{BASE}/ari/{path}", params=query, auth=login(), timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else None


class Leg:
    """An ExternalMedia leg between Asterisk and a socket of ours."""

    def __init__(self, name: str, codec: str) -> None:
        self.name, self.codec = f"{APP}-{name}", codec
        self.audio = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect(
                (urlsplit(BASE).hostname, 9)
            )  # sends nothing, but tells by which address we are reached
            self.audio.bind((way.getsockname()[0], 0))
        self.audio.setblocking(False)
        host, port = self.audio.getsockname()
        made = ari(
            "POST",
            "channels/externalMedia",
            channelId=self.name,
            app=APP,
            external_host=f"{host}:{port}",
            format=self.codec,
        )["channelvars"]
        self.where = (made["UNICASTRTP_LOCAL_ADDRESS"], int(made["UNICASTRTP_LOCAL_PORT"]))
        return self

    def __exit__(self, *_: object) -> None:
        ari("DELETE", f"channels/{self.name}")
        self.audio.close()

    def talk(self, first: int, ssrc: int, to: "Leg", frames: int = 50) -> int:
        """Send frames of A-law; count what comes to another leg meanwhile."""
        to.received()
        heard = 0
        for number in range(first, first + frames):
            self.audio.sendto(
                struct.pack("!BBHII", 0x80, 8, number, number * FRAME, ssrc) + bytes(FRAME), self.where
            )
            time.sleep(0.02)
            heard += to.received()
        return heard

    def received(self) -> int:
        """Packets that have come since the last look."""
        count = 0
        with suppress(BlockingIOError):
            while self.audio.recv(2048):
                count += 1
        return count


@contextmanager
def bridge() -> Iterator[str]:
    """A bridge of an application that is there."""
    where = f"ws{BASE.removeprefix('http')}/ari/events?app={APP}&api_key={':'.join(login())}"
    with connect(where, max_queue=None):  # nobody reads what is told there
        path = f"bridges/{APP}"
        ari("POST", path, type="mixing")
        try:
            yield path
        finally:
            ari("DELETE", path)


def test_a_speaker_who_goes_on_with_another_stream_is_heard() -> None:
    with bridge() as path, Leg("ears", "slin16") as ears, Leg("one", "alaw") as one:
        ari("POST", f"{path}/addChannel", channel=f"{ears.name},{one.name}")
        one.talk(LATER - 50, 1, ears)  # until the bridge has both
        assert one.talk(LATER, 1, ears) > 40
        one.talk(EARLIER, 2, ears, frames=10)  # a source has to be believed first (RFC 3550, A.1)
        assert one.talk(EARLIER + 10, 2, ears) > 40


FRAMES = 300
BEGUN = 100
"""By then a line that needs a jitter buffer has one, and it is as long as packets are late."""
PLACES = 8


class Echo:
    """A call to the echo test: what comes back, by its number."""

    def __init__(self, audio: socket.socket, where: tuple[str, int]) -> None:
        self.audio, self.where = audio, where
        self.came: list[int] = []
        self.next = time.monotonic()
        audio.setblocking(False)

    def say(self, numbers: Sequence[int], first: int) -> None:
        """Send frames in this order, one for each 20 ms, and hear what comes back meanwhile."""
        for number in numbers:
            header = struct.pack("!BBHII", 0x80, 0, (first + number) & 0xFFFF, number * FRAME, 7)
            self.audio.sendto(header + struct.pack("!H", number) * (FRAME // 2), self.where)
            # By the clock: who sends more slowly than that is late more and more.
            self.next += 0.02
            time.sleep(max(0.0, self.next - time.monotonic()))
            self.hear()

    def hear(self) -> None:
        with suppress(BlockingIOError):
            while packet := self.audio.recv(2048):
                if packet[12:] == packet[12:14] * (FRAME // 2):  # not what the echo test says itself
                    self.came.append(struct.unpack("!H", packet[12:14])[0])


@contextmanager
def echo() -> Iterator[Echo]:
    with phone() as caller, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as audio:
        audio.bind((caller.host, 0))
        call = caller.request("INVITE", "600", body=caller.sdp(audio.getsockname()[1], "ulaw"))
        assert call.status == 200
        yield Echo(audio, call.media)
        assert caller.bye("600", call).status == 200


def late(numbers: Sequence[int]) -> list[int]:
    """Each packet comes up to some places later than it was sent."""
    chance = random.Random(5)
    return sorted(numbers, key=lambda number: number + chance.uniform(0, PLACES))


@pytest.mark.parametrize("first", [1, 40_000, 65_400])
def test_packets_that_overtake_each_other_are_put_in_order(first: int) -> None:
    sent = [number for number in range(FRAMES) if number % 10]  # some are lost: nothing is made up for them
    with echo() as line:
        line.say(late(sent), first)
        line.say(range(FRAMES, FRAMES + 50), first)  # what the buffer holds comes out
    heard = [number for number in line.came if number >= BEGUN]
    assert heard == sorted(set(heard))
    assert set(heard) <= {*sent, *range(FRAMES, FRAMES + 50)}
    assert len(heard) > FRAMES // 10  # a busy machine is later than any line


def test_a_caller_whose_packets_come_in_order_has_no_buffer() -> None:
    sent = range(100)
    with echo() as line:
        line.say(sent, 1)
        line.say([101, 100], 1)  # two that overtake each other need none: they come back as they were sent
        line.say(range(102, 110), 1)
        line.hear()
    heard = [number for number in line.came if number >= 90]
    assert heard.index(101) < heard.index(100)
