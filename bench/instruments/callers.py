"""A telephone caller's audio for benchmarks: real human speech, and a line's faint noise in between."""

import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
FRAME_SAMPLES = 320
_CLIPS = Path(__file__).parents[2] / "tests" / "data" / "speech"
_LINE_NOISE = 12.0
"""RMS of the noise of a quiet digital line: −69 dBFS."""


def clips() -> list[NDArray[np.int16]]:
    """Every recording in tests/data/speech, at 16 kHz."""
    found = []
    for path in sorted(_CLIPS.glob("*.wav")):
        with wave.open(str(path)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            found.append(soxr.resample(samples, file.getframerate(), SAMPLE_RATE))
    return found


def caller_track(talk: float, seed: int = 0) -> NDArray[np.int16]:
    """Frames (n, FRAME_SAMPLES) of a caller who talks for the share `talk` of the time, to be played in a loop."""
    noise = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    for clip in clips():
        silence = np.zeros(int(len(clip) * (1 - talk) / talk))
        parts += [clip.astype(np.float64), silence]
    samples = np.concatenate(parts)
    samples += noise.normal(0, _LINE_NOISE, len(samples))
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return np.clip(np.rint(samples[:whole]), -32768, 32767).astype(np.int16).reshape(-1, FRAME_SAMPLES)
