"""The melody of a voice: fundamental frequency by autocorrelation, and where it jumps. Pure."""

import numpy as np
from numpy.typing import NDArray

from caller.sound.clip import Clip

Floats = NDArray[np.float64]
HOP_S = 0.01
_WINDOW_S = 0.04
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 400.0
_VOICED = 0.6
"""Least autocorrelation of a frame with a pitch, of its power."""
_QUIETEST = 10 ** (-45 / 20)
JUMP_SEMITONES = 4.0
"""More than a person's voice moves within 10 ms."""


def contour(clip: Clip) -> Floats:
    """Pitch in Hz of every 10 ms; NaN where there is none."""
    samples = clip.samples.astype(np.float64) / 32768
    window, hop = round(_WINDOW_S * clip.rate), round(HOP_S * clip.rate)
    starts = range(0, len(samples) - window, hop)
    return np.array([_pitch(samples[start : start + window], clip.rate) for start in starts])


def _pitch(frame: Floats, rate: int) -> float:
    if np.sqrt(np.mean(np.square(frame))) < _QUIETEST:
        return float("nan")
    frame = (frame - frame.mean()) * np.hanning(len(frame))
    spectrum = np.fft.rfft(frame, 2 * len(frame))
    window = np.abs(np.fft.rfft(np.hanning(len(frame)), 2 * len(frame))) ** 2
    # Divided by the window's own: a longer lag has less of it, and its half would win.
    alike = np.fft.irfft(np.abs(spectrum) ** 2) / np.maximum(np.fft.irfft(window), 1e-6)
    low, high = int(rate / _HIGHEST_HZ), min(int(rate / _LOWEST_HZ), len(frame) - 1)
    best = low + int(np.argmax(alike[low:high]))
    if alike[best] < _VOICED * alike[0]:
        return float("nan")
    # The shortest lag that is nearly as good: multiples of the period are alike as well.
    first = low + int(np.flatnonzero(alike[low:high] >= 0.9 * alike[best])[0])
    while first + 1 < high and alike[first + 1] > alike[first]:
        first += 1
    return rate / first


def jumps_pct(hertz: Floats) -> float:
    """Share of the steps between two frames with a pitch, in per cent, that are jumps; 0 of none."""
    steps = np.abs(12 * np.diff(np.log2(hertz)))
    steps = steps[np.isfinite(steps)]
    return 100.0 * float(np.mean(steps > JUMP_SEMITONES)) if len(steps) else 0.0
