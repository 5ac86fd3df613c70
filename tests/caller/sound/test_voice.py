"""The caller's voices."""

import shutil
from pathlib import Path

import pytest

from caller.errors import VoiceError
from caller.sound.measure import levels
from caller.sound.voice import EspeakVoice, PiperVoice, parts

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="needs espeak-ng")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello.", ["Hello."]),
        ("And on [0.8] Sunday?", ["And on", 0.8, "Sunday?"]),
        ("[2] Hello [1]", [2.0, "Hello", 1.0]),
        ("Press [star] now", ["Press [star] now"]),
        (" ", []),
    ],
)
def test_parts(text: str, expected: list[str | float]):
    assert parts(text) == expected


@needs_espeak
def test_espeak_speaks_with_its_pauses():
    clip = EspeakVoice().speak("one [0.7] two")
    assert 1.0 < clip.seconds < 4.0
    assert levels(clip.samples, clip.rate).max() > -30


@needs_espeak
def test_nothing_to_say():
    with pytest.raises(VoiceError, match="nothing to say"):
        EspeakVoice().speak("  ")


def test_a_voice_that_is_not_there(tmp_path: Path):
    with pytest.raises(VoiceError, match="make models"):
        PiperVoice(tmp_path / "gone")
