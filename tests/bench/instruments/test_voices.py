"""Six synthetic callers."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.instruments.voices import SPEAKERS, Voices, speaker

MODELS = Path(os.environ.get("MODELS_DIR") or "/models")


def test_there_are_six_speakers_of_two_engines_who_take_turns() -> None:
    assert len({who.name for who in SPEAKERS}) == 6
    said_by = [speaker(number) for number in range(12)]
    assert all(a.engine != b.engine for a, b in pairwise(said_by))
    assert set(said_by) == set(SPEAKERS)


def test_a_speaker_says_the_same_in_the_same_way_and_another_one_in_another() -> None:
    voices = Voices(MODELS)
    sounds = {who: voices.say(who, "Where are you? And when?") for who in SPEAKERS}
    assert all(clip.rate == 8_000 for clip in sounds.values())
    assert len({len(clip.samples) for clip in sounds.values()}) == 6
    for who in SPEAKERS[:2]:
        again = Voices(MODELS).say(who, "Where are you? And when?")
        assert np.array_equal(again.samples, sounds[who].samples)
