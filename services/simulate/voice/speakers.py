"""Who speaks for simulated callers: several synthetic voices of a language, over lines as good or bad as is wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from caller.sound.clip import Clip
from caller.sound.telephone import banded, damaged, in_noise
from caller.sound.voice import EspeakVoice, PiperVoice, Voice
from parley.simulation.schema import Persona, Script

PITCHES = (1.0, 1.14, 0.92)
"""How many times faster a voice is played than it was made: another speaker."""
_ACCENTS = {"en": "en-gb-scotland", "es": "es-419", "fr": "fr-be"}
"""How eSpeak NG names the pronunciation that a voice made for another one speaks with: a heavy accent."""
_NAMES = {"en": "en-us"}

Speaks = Callable[[str], Clip]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a caller is heard through."""

    narrow: bool = True
    """Whether the line has the band of a telephone of the old kind."""
    snr_db: float | None = None
    """The caller's words are so many decibels above the noise around them; None: it is quiet."""
    loss_pct: float = 0.0
    """So many of a hundred packets are lost, and nothing is put in their place."""


class Speakers:
    """The voices on the models volume that speak a language, each at several pitches; else eSpeak NG's."""

    def __init__(self, models: Path, around: Surroundings) -> None:
        self._folder = models / "tts"
        self._around = around
        self._piper = cache(PiperVoice)

    def of(self, language: str, what: Script | Persona, number: int) -> Speaks:
        """Who speaks in a conversation; the same `number` has the same voice, the next one another."""
        accented = isinstance(what, Persona) and what.style == "heavy_accent"
        voice = self._voice(language, number, accented=accented)

        def speak(text: str) -> Clip:
            """Return what arrives of a text; VoiceError when it cannot be spoken."""
            clip = voice.speak(text)
            if self._around.snr_db is not None:
                clip = in_noise(clip, self._around.snr_db, seed=number)
            if self._around.narrow:
                clip = banded(clip)
            return damaged(clip, self._around.loss_pct / 100, seed=number)

        return speak

    def _voice(self, language: str, number: int, *, accented: bool) -> Voice:
        found = sorted(folder for folder in self._folder.glob(f"{language}_*") if folder.is_dir())
        accent = _ACCENTS.get(language, "") if accented else ""
        if not found or (accented and not accent):
            return EspeakVoice(_NAMES.get(language, language))
        pitch = PITCHES[number % len(PITCHES)]
        return self._piper(found[number // len(PITCHES) % len(found)], pitch, 1, accent)
