"""What is heard when a call is answered, made of synthetic voices, tones, noise and music; the same every time.

A text is said by two voices, each on a line of its own: G.711, another level, another noise, another delay. Nothing of
it is a recording of people but the hum of voices in the background of some.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from bench.instruments.corpus import RATE, babble, data, levelled, music, trimmed, voice_end_s
from bench.instruments.telephone import over_the_line
from bench.instruments.voices import SPEAKERS, Voices
from caller.sound.clip import Clip, joined, silence
from caller.sound.voice import EspeakVoice, parts
from gateway.answering.judging import Kind

Language = Literal["en", "de"]
Floats = NDArray[np.float64]

GERMAN = (
    EspeakVoice("de", 150),
    EspeakVoice("de+f2", 165),
    EspeakVoice("de+m3", 140),
    EspeakVoice("de+f4", 155),
)
TWICE = 2
BEEPS: tuple[tuple[float, float], ...] = (
    (1000.0, 0.4), (1400.0, 0.2), (850.0, 0.5), (440.0, 0.6), (620.0, 1.5), (1850.0, 0.25), (0.0, 0.0),
)  # fmt: skip
"""Hertz and seconds; the last is none."""
AFTER_S = 7.0
"""Noise of the line after all that is heard."""
_TONE_DBFS = -16.0


@dataclass(frozen=True)
class Recording:
    """Somebody, or something, that answers; at 16 kHz from the moment of the answer on."""

    name: str
    kind: Kind
    language: Language
    fitted: bool
    """Whether it is in the half that limits are set by."""
    clip: Clip
    first_s: float
    """Where the first word or tone begins."""
    last_s: float
    """Where the last one ends."""
    beep_end_s: float | None = None
    """Where the beep after which a voicemail records ends."""


def recordings(voices: Voices, seed: int = 5) -> list[Recording]:
    """Return all of them."""
    maker = _Maker(voices, np.random.default_rng(seed))
    return [*maker.spoken(), *maker.toned(), *maker.nobody()]


class _Maker:
    def __init__(self, voices: Voices, random: np.random.Generator) -> None:
        self._voices = voices
        self._random = random
        self._number = 0

    def spoken(self) -> Iterator[Recording]:
        """People, and machines that speak."""
        lists = cast("dict[Kind, dict[Language, list[str]]]", data("outbound.yaml"))
        for kind, texts in lists.items():
            for language, said in texts.items():
                for number in range(TWICE * len(said)):
                    place = number // TWICE
                    yield self._say(kind, language, said[place], fitted=place % 2 == 0)

    def toned(self) -> Iterator[Recording]:
        """Fax machines, and announcements of the network."""
        for place in range(8):
            tone = _tone(float(self._random.uniform(2.0, 3.5)), 2100.0 + float(self._random.uniform(-10, 10)))
            yield self._recording("called fax", "fax", "en", place % 2 == 0, [tone])
        for place in range(4):
            cng = [_tone(0.5, 1100.0 + float(self._random.uniform(-25, 25))), silence(3.0, RATE)]
            yield self._recording("calling fax", "fax", "en", place % 2 == 0, cng * 2)
        for place in range(6):
            special = joined([_tone(0.33, hertz) for hertz in (950.0, 1400.0, 1800.0)])
            said = self._voice("en", "The number you have dialed is not in service.")
            yield self._recording(
                "special", "unobtainable", "en", place % 2 == 0, [special, silence(0.2, RATE), said]
            )

    def nobody(self) -> Iterator[Recording]:
        """Silence, ringing, and music: nobody has said anything yet."""
        for place in range(10):
            fitted = place % 2 == 0
            yield self._recording("silence", "silence", "en", fitted, [silence(4.0, RATE)])
            hertz = ((425.0,), (440.0, 480.0))[place // 2 % 2]
            ring = [_tone((1.0, 2.0)[place // 2 % 2], *hertz), silence(3.0, RATE)]
            yield self._recording(f"ringing {hertz}", "silence", "en", fitted, ring * 2)
            yield self._recording("music", "silence", "en", fitted, [music(place, 8.0, -24.0)])

    def _say(self, kind: Kind, language: Language, text: str, *, fitted: bool) -> Recording:
        sounds = [
            self._voice(language, part) if isinstance(part, str) else silence(part, RATE)
            for part in parts(text)
        ]
        if kind != "voicemail":
            return self._recording(text, kind, language, fitted, sounds)
        hertz, seconds = BEEPS[self._number % len(BEEPS)]
        if not seconds:
            return self._recording(text, kind, language, fitted, sounds)
        sounds += [silence(float(self._random.uniform(0.3, 1.2)), RATE), _tone(seconds, hertz)]
        return self._recording(text, kind, language, fitted, sounds, beeps=True)

    def _voice(self, language: Language, text: str) -> Clip:
        if language == "en":
            said = self._voices.say(SPEAKERS[self._number % len(SPEAKERS)], text).at(RATE)
        else:
            said = GERMAN[self._number % len(GERMAN)].speak(text).at(RATE)
        return levelled(trimmed(said), -20.0)

    def _recording(
        self,
        name: str,
        kind: Kind,
        language: Language,
        fitted: bool,
        sounds: list[Clip],
        *,
        beeps: bool = False,
    ) -> Recording:
        delay = round(float(self._random.uniform(0.2, 1.4)), 2)
        heard = joined([silence(delay, RATE), *sounds])
        last = delay + voice_end_s(joined(sounds))
        whole = joined([heard, silence(AFTER_S, RATE)]).gained(float(self._random.uniform(-10, 6)))
        line = self._noisy(whole)
        self._number += 1
        return Recording(
            name,
            kind,
            language,
            fitted,
            over_the_line(line).at(RATE),
            delay,
            last,
            heard.seconds if beeps else None,
        )

    def _noisy(self, clip: Clip) -> Clip:
        """The clip on a line with noise, or with people in the background."""
        length, level = len(clip.samples), float(self._random.uniform(-62, -45))
        if self._number % 5 == 4:
            noise = babble(self._number, clip.seconds, level - 2).samples[:length].astype(np.float64)
        else:
            noise = self._random.standard_normal(length) * 32768 * 10 ** (level / 20)
        mixed = clip.samples + np.resize(noise, length)
        return Clip(np.rint(np.clip(mixed, -32768, 32767)).astype(np.int16), clip.rate)


def _tone(seconds: float, *hertz: float) -> Clip:
    """Sines, with edges of 5 ms."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound: Floats = np.sum([np.sin(2 * np.pi * one * time) for one in hertz], axis=0) / len(hertz)
    edge = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.005)
    peak = 32768 * 10 ** (_TONE_DBFS / 20) * np.sqrt(2)
    return Clip(np.rint(sound * edge * peak).astype(np.int16), RATE)
