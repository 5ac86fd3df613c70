"""Who says what is heard: synthetic voices, other ones in the half that is reported; and people, of Debian's packages.

espeak-ng's own voices say only what persons say, which is told by its sound: over a telephone Whisper makes other words
of theirs than were said, of SVOX Pico's hardly ever (Apache-2.0 by its makers' word; in Debian's non-free, since the
voices have no source). Pico has one voice for each language: what tells the halves apart there is its pitch. People's
are the sounds that Asterisk plays to its own callers (asterisk-core-sounds-*, CC-BY-SA-3.0; asterisk-prompt-de and
-it-menardi, GPL-2), three of them in each half.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np

from agent.voice import hibari
from bench.instruments.corpus import RATE
from bench.instruments.voices import PIPER, SPEAKERS, Speaker, Voices
from caller.sound.clip import Clip, from_wav
from caller.sound.voice import EspeakVoice
from parley.errors import ParleyError

Language = Literal["en", "de", "es", "fr", "it"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "es", "fr", "it")
PEOPLE: Mapping[str, Language] = {
    "en_US_f_Allison": "en",
    "de": "de",
    "es_MX_f_Allison": "es",
    "fr_CA_f_June": "fr",
    "it_IT_f_Menardi": "it",
    "it_IT_m_Carlo": "it",
}
"""Folders of Asterisk's sounds."""
FITTED_PEOPLE = ("en_US_f_Allison", "es_MX_f_Allison", "it_IT_f_Menardi")
_PICO: Mapping[Language, str] = {"en": "en-GB", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT"}
_ESPEAK: Mapping[Language, str] = {"en": "en-us", "de": "de", "es": "es", "fr": "fr-fr", "it": "it"}
_FITTED_PITCHES, _REPORTED_PITCHES = (1.0, 0.93), (0.86, 1.12)


class VoiceMissing(ParleyError):
    """What speaks is not on this machine."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is missing; the benchmarks' image has it (services/Dockerfile, target bench)"
        )


@dataclass(frozen=True)
class Actor:
    """A voice."""

    name: str
    speak: Callable[[str], Clip]
    clear: bool = True
    """Whether a recogniser understands it over a telephone."""


def cast(voices: Voices, language: Language, *, fitted: bool) -> tuple[Actor, ...]:
    """The voices of one half."""
    pitches = _FITTED_PITCHES if fitted else _REPORTED_PITCHES
    espeak = EspeakVoice(f"{_ESPEAK[language]}+{'m3' if fitted else 'f2'}", 140 if fitted else 155)
    other = Actor("espeak-ng", espeak.speak, clear=False)
    picos = tuple(_pico(language, pitch) for pitch in pitches)
    if language != "en":
        return (*picos, other)
    speakers = [who for who in SPEAKERS if who.engine == (PIPER if fitted else hibari.NAME)]
    actors = tuple(_speaker(voices, who) for who in speakers)
    return (*actors, other) if fitted else (*actors, *picos, other)


def _speaker(voices: Voices, who: Speaker) -> Actor:
    return Actor(who.name, lambda text: voices.say(who, text))


def _pico(language: Language, pitch: float) -> Actor:
    def speak(text: str) -> Clip:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            command = ["pico2wave", "-l", _PICO[language], "-w", file.name, text]
            try:
                subprocess.run(command, capture_output=True, check=True, timeout=20)
            except (OSError, subprocess.SubprocessError) as error:
                raise VoiceMissing("pico2wave") from error
            made = from_wav(Path(file.name))
        return Clip(made.samples, round(made.rate * pitch)).at(RATE)

    return Actor(f"pico x{pitch:g}", speak)


def person(folder: str, name: str) -> Clip | None:
    """What somebody has recorded for Asterisk, `vm-intro`; None: they have not said that."""
    root = Path(os.environ.get("BENCH_SPEECH", "/usr/share")) / "asterisk/sounds" / folder
    if not root.is_dir():
        raise VoiceMissing(str(root))
    if (path := root / f"{name}.wav").is_file():
        return from_wav(path).at(RATE)
    return _from_gsm(path).at(RATE) if (path := root / f"{name}.gsm").is_file() else None


def _from_gsm(path: Path) -> Clip:
    """GSM 06.10 as Asterisk keeps it: frames of 33 bytes and nothing else."""
    with av.open(str(path), format="gsm") as file:
        frames: Sequence[Any] = list(file.decode(audio=0))
    samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    return Clip(samples.astype(np.int16), int(frames[0].sample_rate))
