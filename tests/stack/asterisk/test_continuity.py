# A speaker goes on with another stream of audio, whose sequence numbers are its own.
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
import requests
from websockets.sync.client import connect

from tests.stack.asterisk.test_http import BASE

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
