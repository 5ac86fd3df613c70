# A caller's audio comes from another port in mid-call, as when a router has forgotten its mapping.
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.stack.asterisk.test_sip import FRAME, phone

pytestmark = pytest.mark.stack

LEARNING = 260
"""Frames; Asterisk learns the source of a call's audio for five seconds."""
SSRC = 0xC0FFEE
PATTERN = bytes(range(96, 96 + FRAME))


class Talker:
    """The audio of one telephone, which may leave by several sockets."""

    def __init__(self, where: tuple[str, int], sequence: int = 0) -> None:
        self.where = where
        self.sequence = sequence

    def talk(self, audio: socket.socket, frames: int, ssrc: int = SSRC, jump: int = 0) -> int:
        """Send frames; count those that come back by the same socket."""
        heard = 0
        audio.setblocking(False)
        for _ in range(frames):
            self.sequence += 1
            number = self.sequence + jump
            audio.sendto(
                struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * FRAME, ssrc) + PATTERN, self.where
            )
            time.sleep(0.02)
            while True:
                try:
                    heard += audio.recv(2048)[12:] == PATTERN
                except BlockingIOError:
                    break
        return heard


@contextmanager
def sockets(host: str) -> Iterator[tuple[socket.socket, socket.socket]]:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        one.bind((host, 0))
        other.bind((host, 0))
        yield one, other


@contextmanager
def echo(first: int = 0) -> Iterator[tuple[Talker, socket.socket, socket.socket]]:
    """A call to the echo test whose source of audio is learnt, and another socket; packets are counted from `first`."""
    with phone() as caller, sockets(caller.host) as (known, other):
        call = caller.request("INVITE", "600", body=caller.sdp(known.getsockname()[1], "ulaw"))
        assert call.status == 200
        talker = Talker(call.media, first)
        assert talker.talk(known, LEARNING) > 200
        yield talker, known, other
        assert caller.bye("600", call).status == 200


def test_a_caller_is_heard_again_from_another_port() -> None:
    with echo() as (talker, _, other):
        talker.talk(other, 50)  # half a second of silence, and the probation
        assert talker.talk(other, 50) > 45


def test_a_port_that_changes_again_and_numbers_that_begin_anew_are_followed() -> None:
    with echo(first=0xFFFF - LEARNING - 20) as (talker, known, other):
        talker.talk(other, 50)
        assert talker.talk(other, 50) > 45
        talker.talk(known, 50)
        assert talker.talk(known, 50) > 45


def test_who_sent_into_the_void_for_a_while_is_heard_again() -> None:
    with echo() as (talker, _, other):
        talker.sequence += 1000  # twenty seconds
        talker.talk(other, 50)
        assert talker.talk(other, 50) > 45


@pytest.mark.parametrize(
    ("ssrc", "jump"),
    [(0xBADBAD, 0), (SSRC, 2000), (SSRC, -200)],
    ids=["another-ssrc", "far-ahead", "long-before"],
)
def test_who_does_not_know_the_stream_is_not_heard(ssrc: int, jump: int) -> None:
    with echo() as (talker, known, other):
        assert talker.talk(other, 100, ssrc, jump) == 0
        assert talker.talk(known, 50) > 45


def test_a_stream_that_goes_on_is_not_taken_over() -> None:
    with echo() as (talker, known, other):
        for _ in range(100):
            assert talker.talk(other, 1) == 0
            talker.talk(known, 1)
        assert talker.talk(known, 50) > 45
