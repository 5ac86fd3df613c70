"""The carrier whose numbers the stack under test calls: what is heard there, who was called, what a voicemail kept.

Its numbers are in tests/carrier/extensions.conf.
"""

import io
import re
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from caller.sound.clip import Clip, from_wav, joined, silence
from caller.sound.voice import Voice
from tests.e2e.stack import containers

PERSON, NOBODY, BUSY, UNKNOWN = "+493023125110", "+493023125210", "+493023125310", "+493023125410"
VOICEMAIL, SCREENING, MENU = "+493023125510", "+493023125610", "+493023125710"
UNWILLING = tuple(f"+4930231258{n}" for n in range(10, 17))
"""They hang up at once."""
VISITOR = "+493023125011"
"""Answers, says a sentence, and hears what it is called for."""
_SAID = {
    "person": ("Hello?",),
    "voicemail": ("You have reached the voicemail of Jane Roe.", "Please leave a message after the tone."),
    "screening": (
        "Hi. The person you are calling is using a screening service.",
        "Please state your name, and why you are calling.",
    ),
    "menu": (
        "Welcome to the town hall.",
        "For passports, press one.",
        "For parking permits, press two.",
        "For anything else, press three.",
    ),
}
_RATE = 8000
_PAUSE_S = 0.3
_HOME = "/var/lib/asterisk"
_CALLED = re.compile(r"(\+[0-9]+) is called by")


def beep(hertz: float = 1000.0, seconds: float = 0.5) -> Clip:
    """A voicemail's, as loud as a voice."""
    at = np.arange(round(seconds * _RATE)) / _RATE
    return Clip(np.rint(8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16), _RATE)


def _spoken(voice: Voice, sentences: tuple[str, ...]) -> Clip:
    """They and pauses between them, in which what was said is read."""
    pause = silence(_PAUSE_S, _RATE)
    return joined([part for text in sentences for part in (voice.speak(text).at(_RATE), pause)])


def give_voice(voice: Voice) -> None:
    """Have the carrier's numbers say what they say, in this voice."""
    (carrier,) = containers("carrier")
    said = {name: _spoken(voice, sentences) for name, sentences in _SAID.items()}
    said["voicemail"] = joined([said["voicemail"], beep()])
    with tempfile.TemporaryDirectory() as folder:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, clip in said.items():
                file = Path(folder) / f"{name}.wav"
                clip.write(file)
                archive.add(file, f"said/{name}.wav")
    assert carrier.put_archive(_HOME, packed.getvalue())


def kept_by(number: str) -> Clip:
    """What a voicemail has recorded last, after its beep."""
    (carrier,) = containers("carrier")
    chunks, _ = carrier.get_archive(f"{_HOME}/kept/{number}.wav")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            archive.extractall(folder, filter="data")
        return from_wav(Path(folder) / f"{number}.wav")


def called(since: float) -> list[str]:
    """The numbers of all calls since then (Unix time in seconds), in their order."""
    (carrier,) = containers("carrier")
    told: bytes = carrier.logs(since=int(since))
    return _CALLED.findall(told.decode())
