"""What is heard over the agent: people who want the turn, and everything else."""

from dataclasses import dataclass

import numpy as np

from bench.instruments.corpus import RATE, babble, click, cough, human, levelled, music, trimmed, white
from caller.sound.clip import Clip
from caller.sound.voice import EspeakVoice, PiperVoice, Voice

BYES = ("Okay, that is enough, goodbye.", "Thank you very much, bye bye.", "I have to go now, goodbye.")
"""Interruptions that are answered with another fixed line."""
WISHES = (
    "Wait a moment.", "Stop, please.", "Excuse me, I have a question.", "No, that is not what I asked.",
    "Can I speak to somebody?", "Hold on.", "What did you say?", "I want to ask something else.",
    "Sorry, could you repeat that?", "How much does it cost?", "That is wrong.", "Please stop talking.",
)  # fmt: skip
RECORDINGS = (
    "one-moment-please", "please-try-again", "vm-nonumber", "vm-sorry", "number-not-answering", "hello", "goodbye",
    "pls-hold-while-try", "something-terribly-wrong", "vm-savefolder", "vm-changeto", "conf-onlyperson", "im-sorry",
    "cards/005", "cards/002", "librivox/sense_and_sensibility_01_austen_64kb-0880", "feature-not-avail-line",
    "vm-tooshort", "vm-dialout", "tt-weasels",
)  # fmt: skip
BACKCHANNELS = (
    "Uh-huh.",
    "Okay.",
    "Mm-hm.",
    "Yeah.",
    "Right.",
    "I see.",
    "Oh, okay.",
    "Yes.",
    "Sure.",
    "Hm.",
)
SOFTEST_DBFS, LOUDEST_DBFS = -32.0, -12.0


@dataclass(frozen=True)
class Sound:
    """Something to be heard over the agent."""

    kind: str
    label: str
    level_dbfs: float
    clip: Clip
    interrupts: bool = False
    says_goodbye: bool = False


class Sounds:
    """Makes as many of each kind as are wanted; the same ones every time."""

    def __init__(self, voice: PiperVoice, seed: int = 7) -> None:
        self._voices: tuple[Voice, ...] = (voice, EspeakVoice("en-us"), EspeakVoice("en-gb", 165))
        self._random = np.random.default_rng(seed)

    def _level(self) -> float:
        return round(float(self._random.uniform(SOFTEST_DBFS, LOUDEST_DBFS)), 1)

    def _spoken(self, text: str, number: int) -> Clip:
        # Mostly the clear voice: what nobody understands is no test of turn-taking.
        voice = self._voices[0] if number % 3 else self._voices[1 + number // 3 % 2]
        return trimmed(voice.speak(text).at(RATE))

    def synthetic(self, number: int) -> Sound:
        """An interruption by a synthetic voice."""
        text, level = WISHES[number % len(WISHES)], self._level()
        return Sound("synthetic", text, level, levelled(self._spoken(text, number), level), interrupts=True)

    def bye(self, number: int) -> Sound:
        """An interruption that says goodbye."""
        text, level = BYES[number % len(BYES)], self._level()
        clip = levelled(self._spoken(text, 1), level)
        return Sound("synthetic", text, level, clip, interrupts=True, says_goodbye=True)

    def human(self, number: int) -> Sound:
        """An interruption by a person."""
        name, level = RECORDINGS[number % len(RECORDINGS)], self._level()
        return Sound("human", name, level, levelled(trimmed(human(name)), level), interrupts=True)

    def backchannel(self, number: int) -> Sound:
        """A word that means "go on"."""
        text, level = BACKCHANNELS[number % len(BACKCHANNELS)], self._level()
        return Sound("backchannel", text, level, levelled(self._spoken(text, number), level))

    def noise(self, kind: str, number: int) -> Sound:
        """A sound of a kind that is no speech, or not the caller's."""
        level = round(float(self._random.uniform(-30, -16)), 1)
        match kind:
            case "cough":
                clip = cough(number, level)
            case "click":
                clip = click(number)
            case "music":
                clip = music(number, level_dbfs=level - 8)
            case "babble":
                level -= 18
                clip = babble(number, level_dbfs=level)
            case "line_noise":
                level -= 24
                clip = white(2.5, level, number)
            case _:
                raise ValueError(kind)
        return Sound(kind, f"{kind} {number}", level, clip)
