# What a caller hears while no gateway is connected.
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import audioop
import numpy as np
import pytest

from caller.sound.clip import Clip
from tests.e2e.announced import ALIKE, RATE, likeness, sound
from tests.stack.asterisk.reloaded import asterisk, reloaded
from tests.stack.asterisk.test_sip import phone

pytestmark = pytest.mark.stack

SORRY = "please-try-call-later"


@contextmanager
def spoken(**languages: str) -> Iterator[None]:
    """Have Asterisk's database say so for a while; numbers that are not named are not there."""
    before = asterisk("database show language")
    asterisk("database deltree language")
    for number, language in languages.items():
        asterisk(f"database put language {number.removeprefix('n')} {language}")
    try:
        yield
    finally:
        asterisk("database deltree language")
        for line in before.splitlines():
            key, _, language = line.partition(":")
            if key.startswith("/language/"):
                asterisk(f"database put language {key.strip().rpartition('/')[2]} {language.strip()}")


def heard(audio: socket.socket) -> Clip:
    """What comes, until nothing does for a second."""
    packets: dict[int, bytes] = {}
    audio.settimeout(8)
    while True:
        try:
            packet = audio.recv(2048)
        except TimeoutError:
            break
        audio.settimeout(1)
        packets[int.from_bytes(packet[2:4])] = packet[12:]
    pcm = audioop.ulaw2lin(b"".join(payload for _, payload in sorted(packets.items())), 2)
    return Clip(np.frombuffer(pcm, "<i2"), RATE)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ({"n100": "de", "house": "fr"}, "de"),
        ({"house": "it"}, "it"),
        ({}, "en"),
    ],
    ids=["of the number", "of the house", "of nobody"],
)
def test_without_a_gateway_a_caller_is_told_to_call_later_in_their_language_and_gets_503(
    languages: dict[str, str], expected: str
) -> None:
    with (
        spoken(**languages),
        reloaded({}, ARI_APP="away"),
        phone() as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as audio,
        ThreadPoolExecutor(1) as listening,
    ):
        one.socket.settimeout(20)
        audio.bind((one.host, 0))
        listened = listening.submit(heard, audio)
        refused = one.request("INVITE", "100", body=one.sdp(audio.getsockname()[1], "ulaw"))
        assert refused.status == 503
        assert int(refused.headers["retry-after"]) > 0
        assert 183 in one.provisional
        assert likeness(listened.result(), sound(SORRY, expected)) > ALIKE
