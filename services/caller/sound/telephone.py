"""What becomes of a caller's voice on its way: the noise around them, the band of the line, packets that are lost."""

import numpy as np
from numpy.typing import NDArray

from caller.sound.clip import Clip, Samples

Sound = NDArray[np.float64]

RATE = 8_000
BAND_HZ = (300.0, 3400.0)
"""What a telephone line of the old kind lets pass."""
PACKET_S = 0.020
_FADE_S = 0.5
"""Of noise alone before and after the words: it does not begin with them."""


def banded(clip: Clip) -> Clip:
    """Return what a telephone line of the old kind lets pass, at 8 kHz."""
    samples = clip.at(RATE).samples
    spectrum = np.fft.rfft(samples.astype(np.float64))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < BAND_HZ[0]) | (hertz > BAND_HZ[1])] = 0
    return Clip(_as_samples(np.fft.irfft(spectrum, len(samples))), RATE)


def in_noise(clip: Clip, snr_db: float, seed: int) -> Clip:
    """Return a clip among noise as in a street: pink, so many decibels below the clip; of a seed always the same."""
    edge = round(_FADE_S * clip.rate)
    words = np.concatenate([np.zeros(edge), clip.samples.astype(np.float64), np.zeros(edge)])
    noise = _pink(len(words), seed)
    level = float(np.sqrt(np.mean(np.square(clip.samples.astype(np.float64))))) if len(clip.samples) else 0.0
    return Clip(_as_samples(words + noise * level * 10 ** (-snr_db / 20)), clip.rate)


def damaged(clip: Clip, share: float, seed: int) -> Clip:
    """Return a clip of whose packets this share is lost, each by itself: silence in their place."""
    if not share:
        return clip
    size = round(PACKET_S * clip.rate)
    lost = np.random.default_rng(seed).random(-(-len(clip.samples) // size)) < share
    kept = np.repeat(~lost, size)[: len(clip.samples)]
    return Clip(np.where(kept, clip.samples, 0).astype(np.int16), clip.rate)


def _pink(count: int, seed: int) -> Sound:
    """Noise whose power falls by 3 dB an octave, of RMS 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[:1] = 0
    noise = np.fft.irfft(spectrum, count)
    result: Sound = noise / max(1e-12, float(np.sqrt(np.mean(noise**2))))
    return result


def _as_samples(sound: Sound) -> Samples:
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
