# A caller's packets overtake each other, as on a line whose delay changes from packet to packet.
import random
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

from tests.stack.asterisk.test_sip import FRAME, phone

pytestmark = pytest.mark.stack

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
