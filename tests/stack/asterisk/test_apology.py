# What a caller hears while no gateway is connected.
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import audioop
import numpy as np
import pytest

from caller.sound.clip import Clip
from gateway.ari.announcements import KNOWN
from gateway.ari.channels import SORRY
from tests.e2e.announced import ALIKE, RATE, likeness, sound
from tests.stack.asterisk.reloaded import asterisk, reloaded
from tests.stack.asterisk.test_sip import phone

pytestmark = pytest.mark.stack


@contextmanager
def spoken(languages: dict[str, str]) -> Iterator[None]:
    """Have Asterisk know these languages alone for a while."""
    before = known()
    tell(dict.fromkeys(before, "") | {KNOWN + number: language for number, language in languages.items()})
    try:
        yield
    finally:
        tell(dict.fromkeys(known(), "") | before)


def known() -> dict[str, str]:
    return dict(re.findall(rf"({KNOWN}\S+)=(\S*)", asterisk("dialplan show globals")))


def tell(variables: dict[str, str]) -> None:
    for name, value in variables.items():
        asterisk(f'dialplan set global {name} "{value}"')


def heard(audio: socket.socket) -> Clip:
    """What comes, until nothing does for a second; what was lost on the way is silence."""
    packets: list[tuple[int, bytes]] = []
    audio.settimeout(8)
    while True:
        try:
            packet = audio.recv(2048)
        except TimeoutError:
            break
        audio.settimeout(1)
        packets.append((int.from_bytes(packet[4:8]), packet[12:]))
    pcm = np.zeros(60 * RATE, np.int16)
    for stamp, payload in packets:
        at = (stamp - packets[0][0]) % (1 << 32)
        if at < len(pcm) - len(payload):
            pcm[at : at + len(payload)] = np.frombuffer(audioop.ulaw2lin(payload, 2), "<i2")
    return Clip(pcm, RATE)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ({"100": "de", "HOUSE": "fr"}, "de"),
        ({"HOUSE": "it"}, "it"),
        ({}, "en"),
    ],
    ids=["of the number", "of the house", "of nobody"],
)
def test_without_a_gateway_a_caller_is_told_to_call_later_in_their_language_and_gets_503(
    languages: dict[str, str], expected: str
) -> None:
    with (
        spoken(languages),
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
