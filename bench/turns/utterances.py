"""What callers say: whole turns, and turns with a pause inside, each with its true end.

The natural set is what callers say to a service: every sentence whole, and as often with pauses where people
hesitate, as long as people's pauses are. The hard set is mostly read speech, half of it with a pause of 0.3 to 1.2 s
put where a sentence could be over, as often long as short: what waiting alone decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from bench.instruments.corpus import RATE, data, human, levelled, trimmed, voice_end_s, with_pause
from caller.sound.clip import Clip, joined, silence
from caller.sound.voice import Voice

Kind = Literal["complete", "open", "closed", "stop"]
"""A whole turn; one with a pause within a sentence, where the words so far cannot be all, or could be; one with a pause
between two sentences."""
PAUSED: tuple[Kind, ...] = ("open", "closed")
_BREATH = re.compile(r"\[(\.*)\] ")
Set = Literal["natural", "hard"]

LEAD_S = 0.5
"""Silence before an utterance."""
NOISE_DBFS = -62.0
"""A quiet line."""
SHORTEST_S, LONGEST_S = 0.3, 1.2
"""Inner pauses of the hard set are spread evenly between these."""
TYPICAL_S, SPREAD = 0.5, 0.6
"""Pauses within people's turns are log-normal: half are shorter than this, one in six longer than 0.9 s (after Heldner
and Edlund 2010, Pauses, gaps and overlaps in conversations)."""
BRIEFEST_S, WIDEST_S = 0.2, 2.0
"""Those of the natural set are kept between these."""
HESITATIONS = 2
"""How often each hesitating sentence is said with its pauses; once it is said without."""


@dataclass(frozen=True)
class Utterance:
    """A turn of a caller at 16 kHz."""

    name: str
    speaker: Literal["human", "synthetic"]
    kind: Kind
    clip: Clip
    end_s: float
    """Where the last voiced sound ends."""
    pause_s: float = 0.0
    """The longest pause that was put into it."""
    set: Set = "hard"


def utterances(voice: Voice, per_sentence: int = 2, seed: int = 1) -> list[Utterance]:
    """Return both sets; the sentences of the hard one have a pause `per_sentence` times, and none as often."""
    random = np.random.default_rng(seed)
    hard = [*_human(random, per_sentence), *_synthetic(voice, random, per_sentence)]
    return [_on_a_line(item, random) for item in (*_natural(voice, random), *hard)]


def _natural(voice: Voice, random: np.random.Generator) -> Iterator[Utterance]:
    lists = data("natural.yaml")
    for text in map(str, lists["complete"]):
        yield _spoken(voice, text, [text], [], "complete")
    for text in map(str, lists["hesitating"]):
        before, *rest = _BREATH.split(text)
        kind: Kind = "open" if rest[0] else "closed"
        parts = [part.strip() for part in (before, *rest[1::2])]
        yield _spoken(voice, text, [" ".join(parts)], [], "complete")
        for _ in range(HESITATIONS):
            lengths = TYPICAL_S * np.exp(SPREAD * random.standard_normal(len(parts) - 1))
            yield _spoken(voice, text, parts, np.clip(lengths, BRIEFEST_S, WIDEST_S).round(2).tolist(), kind)


def _spoken(voice: Voice, name: str, parts: list[str], pauses: list[float], kind: Kind) -> Utterance:
    """Let the voice speak each part by itself, with these pauses between them."""
    clips = [trimmed(voice.speak(part).at(RATE)) for part in parts]
    for number, length in enumerate(pauses):
        clips.insert(2 * number + 1, silence(length, RATE))
    clip = levelled(joined(clips), -20)
    return replace(_utterance(name, "synthetic", kind, clip, max(pauses, default=0.0)), set="natural")


def _lengths(random: np.random.Generator, count: int) -> list[float]:
    """Lengths of pauses: spread evenly, one of each part of the range, rounded to 10 ms."""
    parts = np.linspace(SHORTEST_S, LONGEST_S, count + 1)
    return [round(float(random.uniform(a, b)), 2) for a, b in pairwise(parts)]


def _human(random: np.random.Generator, per_sentence: int) -> Iterator[Utterance]:
    lists = data("human.yaml")
    for item in lists["complete"]:
        yield _utterance(str(item["file"]), "human", "complete", human(str(item["file"])))
    for item in lists["pausing"]:
        clip = human(str(item["file"]))
        yield _utterance(str(item["file"]), "human", "complete", clip)
        for number, length in enumerate(_lengths(random, per_sentence)):
            places = _numbers(item["pauses"])
            at = places[number % len(places)]
            kind: Kind = "open" if at in _numbers(item.get("open", [])) else "closed"
            yield _utterance(str(item["file"]), "human", kind, with_pause(clip, at, length), length)
    for item in lists["stopping"]:
        for length in _lengths(random, per_sentence):
            clip = with_pause(human(str(item["file"])), _numbers(item["stops"])[0], length)
            yield _utterance(str(item["file"]), "human", "stop", clip, length)


def _numbers(value: object) -> list[float]:
    assert isinstance(value, list)
    return [float(number) for number in value]


def _synthetic(voice: Voice, random: np.random.Generator, per_sentence: int) -> Iterator[Utterance]:
    lists = data("synthetic.yaml")
    for text in map(str, lists["complete"]):
        yield _utterance(text, "synthetic", "complete", levelled(voice.speak(text).at(RATE), -20))
    for text in map(str, lists["pausing"]):
        whole = levelled(voice.speak(_BREATH.sub("", text)).at(RATE), -20)
        yield _utterance(text, "synthetic", "complete", whole)
        # The voice speaks each part by itself, and leaves a breath of its own before and after.
        before, dots, after = _BREATH.split(text)
        first, second = (trimmed(voice.speak(part.strip()).at(RATE)) for part in (before, after))
        for length in _lengths(random, per_sentence):
            clip = levelled(joined([first, silence(length, RATE), second]), -20)
            yield _utterance(text, "synthetic", "open" if dots else "closed", clip, length)


def _utterance(
    name: str, speaker: Literal["human", "synthetic"], kind: Kind, clip: Clip, pause_s: float = 0.0
) -> Utterance:
    return Utterance(name, speaker, kind, clip, LEAD_S + voice_end_s(clip), pause_s)


def _on_a_line(item: Utterance, random: np.random.Generator) -> Utterance:
    """Put an utterance on a line: silence before it, noise under it, some louder and some softer."""
    clip = joined([silence(LEAD_S, RATE), item.clip]).gained(float(random.uniform(-8, 4)))
    noise = random.standard_normal(len(clip.samples)) * 10 ** (NOISE_DBFS / 20) * 32767
    sound = np.clip(clip.samples + noise, -32768, 32767).astype(np.int16)
    return replace(item, clip=Clip(sound, RATE))
