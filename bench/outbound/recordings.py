"""What is heard when a call is answered, made of voices, tones, noise and music; the same every time.

Each is on a line of its own: G.711, another level, another noise, another delay. What people say in it was said for
Asterisk's own voicemail, directory and queues: no person who answers, and no call over a telephone network, is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from bench.instruments.corpus import RATE, Floats, babble, data, levelled, music, trimmed, voice_end_s
from bench.instruments.telephone import over_the_line
from bench.instruments.voices import Voices
from bench.outbound import cast as actors
from bench.outbound.beeps import BEEPS, tone
from bench.outbound.cast import FITTED_PEOPLE, LANGUAGES, PEOPLE, Actor, Language
from caller.sound.clip import Clip, joined, silence
from caller.sound.voice import parts
from gateway.answering.judging import Kind

VOICES: dict[Kind, int] = {"person": 2}
"""By how many a text is said, where it is more than one."""
AFTER_S = 7.0
"""Noise of the line after all that is heard."""
Texts = dict[Kind, dict[Language, list[str]]]
Part = Literal["fitted", "reported", "fresh", "unseen"]
"""What limits and words are chosen by; what is reported, and was often; and two lists that nothing was chosen by, the
sums of one of which have been known for longer.
"""
FILES: dict[Part, str] = {
    "fitted": "outbound.yaml",
    "reported": "outbound_reported.yaml",
    "fresh": "outbound_fresh.yaml",
    "unseen": "outbound_unseen.yaml",
}


@dataclass(frozen=True)
class Recording:
    """Somebody, or something, that answers; at 16 kHz from the moment of the answer on."""

    name: str
    kind: Kind
    language: Language
    part: Part
    clip: Clip
    first_s: float
    """Where the first word or tone begins."""
    last_s: float
    """Where the last one ends."""
    beep_end_s: float | None = None
    """Where the beep after which a voicemail records ends."""
    voice: str = ""
    """Who speaks; empty: nobody."""
    beep: str = ""
    """Of what kind the beep is."""


def recordings(voices: Voices, seed: int = 5) -> list[Recording]:
    """Return all of them."""
    maker = _Maker(voices, np.random.default_rng(seed))
    return [
        *maker.spoken("fitted"),
        *maker.spoken("reported"),
        *maker.prompted(),
        *maker.toned(),
        *maker.nobody(),
        # By dice of their own: whatever is added to the others, these stay as they are.
        *_Maker(voices, np.random.default_rng(seed + 1)).spoken("fresh"),
        *_Maker(voices, np.random.default_rng(seed + 2)).spoken("unseen"),
    ]


class _Maker:
    def __init__(self, voices: Voices, random: np.random.Generator) -> None:
        self._casts = {
            (language, fitted): actors.cast(voices, language, fitted=fitted)
            for language in LANGUAGES
            for fitted in (True, False)
        }
        self._random = random
        self._number = 0
        self._beeps = 0

    def spoken(self, part: Part) -> Iterator[Recording]:
        """People, and machines that speak, by synthetic voices."""
        for kind, texts in cast("Texts", data(FILES[part])).items():
            for language, said in texts.items():
                for text in said:
                    for _ in range(VOICES.get(kind, 1)):
                        yield self._say(kind, language, text, part)

    def prompted(self) -> Iterator[Recording]:
        """Machines with people's voices: what Asterisk says to its own callers."""
        for kind, lists in cast("dict[Kind, list[list[str]]]", data("outbound_prompts.yaml")).items():
            for folder, language in PEOPLE.items():
                for names in lists:
                    found = [clip for name in names if (clip := actors.person(folder, name)) is not None]
                    if len(found) == len(names):
                        said = [levelled(trimmed(clip), -20.0) for clip in found]
                        part = _half(fitted=folder in FITTED_PEOPLE)
                        yield self._machine(" ".join(names), kind, language, said, part=part, voice=folder)

    def toned(self) -> Iterator[Recording]:
        """Fax machines, and announcements of the network."""
        for place in range(8):
            called = tone(
                float(self._random.uniform(2.0, 3.5)), 2100.0 + float(self._random.uniform(-10, 10))
            )
            yield self._recording("called fax", "fax", "en", [called], part=_half(fitted=place % 2 == 0))
        for place in range(4):
            cng = [tone(0.5, 1100.0 + float(self._random.uniform(-25, 25))), silence(3.0, RATE)]
            yield self._recording("calling fax", "fax", "en", cng * 2, part=_half(fitted=place % 2 == 0))
        for place in range(6):
            special = joined([tone(0.33, hertz) for hertz in (950.0, 1400.0, 1800.0)])
            part = _half(fitted=place % 2 == 0)
            actor = self._actor("unobtainable", "en", part)
            said = _levelled(actor.speak("The number you have dialed is not in service."))
            sounds = [special, silence(0.2, RATE), said]
            yield self._recording("special", "unobtainable", "en", sounds, part=part, voice=actor.name)

    def nobody(self) -> Iterator[Recording]:
        """Silence, ringing, and music: nobody has said anything yet."""
        for place in range(10):
            part = _half(fitted=place % 2 == 0)
            yield self._recording("silence", "silence", "en", [silence(4.0, RATE)], part=part)
            hertz = ((425.0,), (440.0, 480.0))[place // 2 % 2]
            ring = [tone((1.0, 2.0)[place // 2 % 2], *hertz), silence(3.0, RATE)]
            yield self._recording(f"ringing {hertz}", "silence", "en", ring * 2, part=part)
            yield self._recording("music", "silence", "en", [music(place, 8.0, -24.0)], part=part)

    def _actor(self, kind: Kind, language: Language, part: Part) -> Actor:
        able = [one for one in self._casts[language, part == "fitted"] if one.clear or kind == "person"]
        return able[self._number % len(able)]

    def _say(self, kind: Kind, language: Language, text: str, part: Part) -> Recording:
        actor = self._actor(kind, language, part)
        sounds = [
            _levelled(actor.speak(part)) if isinstance(part, str) else silence(part, RATE)
            for part in parts(text)
        ]
        return self._machine(text, kind, language, sounds, part=part, voice=actor.name)

    def _machine(
        self, name: str, kind: Kind, language: Language, sounds: Sequence[Clip], **more: Any
    ) -> Recording:
        """With a beep, where it is a voicemail."""
        if kind != "voicemail":
            return self._recording(name, kind, language, sounds, **more)
        beep, make = list(BEEPS.items())[self._beeps % len(BEEPS)]
        self._beeps += 1
        if make is None:
            return self._recording(name, kind, language, sounds, **more, beep=beep)
        before = silence(float(self._random.uniform(0.3, 1.2)), RATE)
        return self._recording(name, kind, language, [*sounds, before, make()], **more, beep=beep, beeps=True)

    def _recording(
        self,
        name: str,
        kind: Kind,
        language: Language,
        sounds: Sequence[Clip],
        *,
        part: Part,
        voice: str = "",
        beep: str = "",
        beeps: bool = False,
    ) -> Recording:
        delay = round(float(self._random.uniform(0.2, 1.4)), 2)
        heard = joined([silence(delay, RATE), *sounds])
        last = delay + voice_end_s(joined(list(sounds)))
        whole = joined([heard, silence(AFTER_S, RATE)]).gained(float(self._random.uniform(-10, 6)))
        line = over_the_line(self._noisy(whole)).at(RATE)
        self._number += 1
        end = heard.seconds if beeps else None
        return Recording(name, kind, language, part, line, delay, last, end, voice, beep)

    def _noisy(self, clip: Clip) -> Clip:
        """The clip on a line with noise, with people, a street or music in the background, or with a hum."""
        length, level = len(clip.samples), float(self._random.uniform(-62, -45))
        white = self._random.standard_normal(length)
        match self._number % 7:
            case 2:
                noise = _at(np.convolve(white, np.ones(24) / 24, "same"), level + 6)
            case 3:
                noise = babble(self._number, clip.seconds, level - 2).samples[:length].astype(np.float64)
            case 4:
                time = np.arange(length) / RATE
                hum = np.sum(
                    [np.sin(2 * np.pi * hertz * time) / hertz for hertz in range(100, 1500, 100)], axis=0
                )
                noise = _at(white, level - 8) + _at(hum, level)
            case 5:
                noise = music(self._number, clip.seconds, level - 4).samples[:length].astype(np.float64)
            case _:
                noise = _at(white, level)
        mixed = clip.samples + np.resize(noise, length)
        return Clip(np.rint(np.clip(mixed, -32768, 32767)).astype(np.int16), clip.rate)


def _half(*, fitted: bool) -> Part:
    return "fitted" if fitted else "reported"


def _levelled(clip: Clip) -> Clip:
    return levelled(trimmed(clip.at(RATE)), -20.0)


def _at(noise: Floats, level_dbfs: float) -> Floats:
    """Noise at this RMS level, as samples."""
    rms = float(np.sqrt(np.mean(np.square(noise))))
    found: Floats = noise * (32768 * 10 ** (level_dbfs / 20) / max(rms, 1e-9))
    return found
