"""What is heard when somebody answers, made of sines and noise."""

import numpy as np

from parley.audio import FRAME_SAMPLES, SAMPLE_RATE, Pcm

Samples = np.ndarray


def tone(seconds: float, *hertz: float, level: float = 0.2) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return level * sum((np.sin(2 * np.pi * one * time) for one in hertz), np.zeros(len(time)))


def quiet(seconds: float, noise: float = 0.001) -> Samples:
    return noise * np.random.default_rng(1).standard_normal(round(seconds * SAMPLE_RATE))


def voice(seconds: float) -> Samples:
    """Harmonics of a pitch that falls, as a voice's does."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(180 - 30 * (time % 0.4) / 0.4) / SAMPLE_RATE
    return np.sum([0.1 * np.sin(n * phase) for n in range(1, 12)], axis=0)


def frames(*parts: Samples) -> list[Pcm]:
    sound = np.concatenate(parts)
    whole = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES]
    return list(np.rint(whole * 32767).astype(np.int16).reshape(-1, FRAME_SAMPLES))
