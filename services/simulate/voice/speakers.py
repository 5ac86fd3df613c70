"""Who speaks for simulated callers: several synthetic voices of a language, over lines as good or bad as is wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from caller.sound.clip import Clip
from caller.sound.telephone import banded, damaged, in_noise
from caller.sound.voice import EspeakVoice, PiperVoice, Voice
from parley.simulation.schema import Line, Persona, Script

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
    """The caller's words are so many decibels above the noise around them; None: as the persona's `line` has it, or
    quiet."""
    loss_pct: float | None = None
    """So many of a hundred packets are lost, with nothing in their place; None: as the persona has it, or none."""

    def line(self, what: Script | Persona) -> Line:
        """The line of a conversation."""
        own = what.line if isinstance(what, Persona) else Line()
        return Line(
            noise=own.noise if self.snr_db is None else self.snr_db,
            loss=own.loss if self.loss_pct is None else self.loss_pct,
        )


class Speakers:
    """The voices on the models volume that speak a language, each at several pitches; else eSpeak NG's."""

    def __init__(self, models: Path, around: Surroundings) -> None:
        self._folder = models / "tts"
        self._around = around
        self._piper = cache(PiperVoice)

    def of(self, language: str, what: Script | Persona, number: int) -> Speaks:
        """Who speaks in a conversation; the same `number` has the same voice, the next one another."""
        accented = isinstance(what, Persona) and what.style == "heavy_accent"
        voice, line = self._voice(language, number, accented=accented), self._around.line(what)

        def speak(text: str) -> Clip:
            """Return what arrives of a text; VoiceError when it cannot be spoken."""
            clip = voice.speak(text)
            if line.noise is not None:
                clip = in_noise(clip, line.noise, seed=number)
            if self._around.narrow:
                clip = banded(clip)
            return damaged(clip, line.loss / 100, seed=number)

        return speak

    def _voice(self, language: str, number: int, *, accented: bool) -> Voice:
        found = sorted(folder for folder in self._folder.glob(f"{language}_*") if folder.is_dir())
        accent = _ACCENTS.get(language, "") if accented else ""
        if not found or (accented and not accent):
            return EspeakVoice(_NAMES.get(language, language))
        pitch = PITCHES[number % len(PITCHES)]
        return self._piper(found[number // len(PITCHES) % len(found)], pitch, 1, accent)
