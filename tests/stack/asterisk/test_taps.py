# A tap hears both sides of a call, and what is said to it reaches one of them or nobody.
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import numpy as np
import pytest

from tests.stack.asterisk.test_continuity import APP, Leg, ari, bridge

pytestmark = pytest.mark.stack

RATE, FRAME = 16_000, 320
CALLER, AGENT, DESK = 500, 1500, 3000
"""Tones in Hz, by who says them: multiples of 50 Hz, so that a frame holds whole periods."""
PATIENCE_S = 30.0


class Voice(Leg):
    """A leg that says a tone and tells which tones it hears."""

    def __init__(self, name: str, tone: int) -> None:
        super().__init__(name, "slin16")
        self.tone, self.sent = tone, 0

    def say(self) -> None:
        """A frame of the tone."""
        samples = 8000 * np.sin(2 * np.pi * self.tone * np.arange(FRAME) / RATE)
        header = struct.pack("!BBHII", 0x80, 118, self.sent, self.sent * FRAME, self.tone)
        self.audio.sendto(header + samples.astype(">i2").tobytes(), self.where)
        self.sent += 1

    def heard(self) -> set[int]:
        """The tones in what has come since the last look."""
        frames = []
        while True:
            try:
                frames.append(np.frombuffer(self.audio.recv(2048)[12:], ">i2").astype(float))
            except BlockingIOError:
                break
        whole = np.concatenate(frames)
        spectrum = 2 * np.abs(np.fft.rfft(whole)) / len(whole)
        return {tone for tone in (CALLER, AGENT, DESK) if loudest(spectrum, len(whole), tone) > 1000}


def loudest(spectrum: np.ndarray, samples: int, tone: int) -> float:
    """Amplitude around a tone."""
    middle = round(tone * samples / RATE)
    return float(spectrum[middle - 5 : middle + 6].max())


@pytest.fixture
def tap() -> str:
    """A name of a tap; each has its own, since Asterisk knows that of one that is over for a while."""
    return f"{APP}-tap-{uuid4()}"


@contextmanager
def tapped(tap: str, whisper: str) -> Iterator[tuple[Voice, Voice, Voice]]:
    """A caller and an agent in a call, and a desk in another bridge with a tap on the caller's channel."""
    with ExitStack() as stack:
        call = stack.enter_context(bridge())
        voices = [
            stack.enter_context(Voice(name, tone))
            for name, tone in (("caller", CALLER), ("agent", AGENT), ("desk", DESK))
        ]
        caller, agent, desk = voices
        ari("POST", f"{call}/addChannel", channel=f"{caller.name},{agent.name}")
        ari(
            "POST", f"channels/{caller.name}/snoop/{tap}", app=APP, appArgs="tap", spy="both", whisper=whisper
        )
        ari("POST", f"bridges/{tap}", type="mixing")
        stack.callback(ari, "DELETE", f"bridges/{tap}")
        wait_until(lambda: tap in inside())
        ari("POST", f"bridges/{tap}/addChannel", channel=f"{desk.name},{tap}")
        yield caller, agent, desk


def inside() -> list[str]:
    """The channels in the application."""
    return list(ari("GET", f"applications/{APP}")["channel_ids"])


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def talk(*voices: Voice) -> list[set[int]]:
    """What each hears while all say their tones: of the second half of a second."""
    for number in range(50):
        for voice in voices:
            voice.say()
        time.sleep(0.02)
        if number == 25:
            for voice in voices:
                voice.received()
    return [voice.heard() for voice in voices]


@pytest.mark.parametrize(
    ("whisper", "heard"),
    [
        ("none", [{AGENT}, {CALLER}, {CALLER, AGENT}]),
        ("out", [{AGENT, DESK}, {CALLER}, {CALLER, AGENT}]),
    ],
)
def test_a_tap_hears_both_and_is_heard_by_whom_it_whispers_to(
    tap: str, whisper: str, heard: list[set[int]]
) -> None:
    with tapped(tap, whisper) as voices:
        assert talk(*voices) == heard


def test_a_tap_ends_with_the_channel_that_it_hears(tap: str) -> None:
    with bridge():
        with Voice(f"gone-{tap}", CALLER) as gone:
            wait_until(lambda: gone.name in inside())
            ari("POST", f"channels/{gone.name}/snoop/{tap}", app=APP, spy="both", whisper="none")
            wait_until(lambda: tap in inside())
        wait_until(lambda: tap not in inside())
