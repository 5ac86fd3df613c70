"""What callers say in bench/turns.py: whole turns, and turns with a pause inside, each with its true end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from bench.corpus import RATE, data, human, levelled, trimmed, voice_end_s, with_pause
from caller.clip import Clip, joined, silence
from caller.voice import Voice

Kind = Literal["complete", "open", "closed", "stop"]
"""A whole turn; one with a pause within a sentence, where the words so far cannot be all, or could be; one with a pause
between two sentences."""
PAUSED: tuple[Kind, ...] = ("open", "closed")
_BREATH = re.compile(r"\[(\.*)\] ")

LEAD_S = 0.5
"""Silence before an utterance."""
NOISE_DBFS = -62.0
"""A quiet line."""
SHORTEST_S, LONGEST_S = 0.3, 1.2
"""Inner pauses are spread evenly between these."""


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


def utterances(voice: Voice, per_sentence: int = 2, seed: int = 1) -> list[Utterance]:
    """Return the test set: every sentence with a pause `per_sentence` times, as often without one."""
    random = np.random.default_rng(seed)
    found = [*_human(random, per_sentence), *_synthetic(voice, random, per_sentence)]
    return [_on_a_line(item, random) for item in found]


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
    return Utterance(item.name, item.speaker, item.kind, Clip(sound, RATE), item.end_s, item.pause_s)
