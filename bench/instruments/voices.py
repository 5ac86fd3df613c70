"""Six synthetic callers of two engines, who say the same in the same way every time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.voice import hibari
from agent.voice.hibari import HibariVoice
from agent.voice.piper import PiperVoice
from agent.voice.sentences import sentences_of
from agent.voice.tts import Voice
from bench.instruments.corpus import levelled
from bench.instruments.telephone import over_the_line
from caller.sound.clip import Clip, joined, silence
from caller.sound.telephone import RATE
from parley import audio

PIPER = "en_US-joe-medium"
PITCHES = {PIPER: (0.92, 1.0, 1.14), hibari.NAME: (0.86, 0.94, 1.06)}
"""How many times faster a voice is played than it was made: it is higher and quicker then. hibari is a high one."""
LEVEL_DBFS = -20.0
_EDGE_S = 0.1


@dataclass(frozen=True)
class Speaker:
    """One of the callers."""

    engine: str
    pitch: float

    @property
    def name(self) -> str:
        """For the results."""
        return f"{self.engine} x{self.pitch:g}"


# Engines by turns, so that neither says a run of utterances.
SPEAKERS = tuple(
    Speaker(engine, pitch)
    for pair in zip(*PITCHES.values(), strict=True)
    for engine, pitch in zip(PITCHES, pair, strict=True)
)


def speaker(number: int) -> Speaker:
    """Who says utterance `number`: another one than the one before."""
    return SPEAKERS[number % len(SPEAKERS)]


class Voices:
    """Lets the speakers speak."""

    def __init__(self, models: Path) -> None:
        hibari_folder, piper_folder = (models / "tts" / name for name in (hibari.NAME, PIPER))
        self._engines: dict[str, Voice] = {
            hibari.NAME: HibariVoice(hibari_folder, threads=2, level_dbfs=LEVEL_DBFS),
            PIPER: PiperVoice(piper_folder, threads=2, level_dbfs=LEVEL_DBFS),
        }

    def say(self, who: Speaker, text: str) -> Clip:
        """Return a text as the other end of a telephone line hears it, at 8 kHz, with a little quiet around it."""
        engine = self._engines[who.engine]
        pieces = [piece.pcm for sentence in sentences_of(text) for piece in engine.speak(sentence)]
        made = Clip(np.concatenate(pieces), round(audio.SAMPLE_RATE * who.pitch)).at(audio.SAMPLE_RATE)
        quiet = silence(_EDGE_S, RATE)
        return joined([quiet, over_the_line(levelled(made, LEVEL_DBFS)), quiet])
