"""Steady single tones in what is heard: the beep of a voicemail, a fax machine, the three of special information. Pure.

A window of 80 ms is a tone's when nearly all of its power lies in the main lobe of one peak of its spectrum: of a Hann
window that is two bins to either side (F. J. Harris, "On the use of windows for harmonic analysis with the discrete
Fourier transform", Proc. IEEE 66(1), 1978). A voice has its harmonics there, noise has everything, and two tones at
once, as ringing of 440 and 480 Hz or a key (DTMF), have two peaks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Pcm

WINDOW = 4 * FRAME_SAMPLES
_HANN = np.hanning(WINDOW + 1)[:WINDOW]
_BIN_HZ = SAMPLE_RATE / WINDOW
_BAND = slice(round(300 / _BIN_HZ), round(3400 / _BIN_HZ))
"""What a telephone lets through."""
_LOBE = 2
_PURE = 0.85
"""So much of the power is the tone's: noise up to 8 dB below it."""
_QUIETEST = 10 ** (-45 / 10)
"""Mean square of full scale."""
_STEADY = 0.012
"""A tone that is so much higher or lower is another one; no voice is so steady."""
_LEAST = 5
"""Windows of the shortest tone: 0.1 s."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone; how long it was, or is until now, is right within some 40 ms."""

    hertz: float
    seconds: float

    def is_near(self, hertz: float, within: float) -> bool:
        """Whether it is one of so many hertz, give or take."""
        return abs(self.hertz - hertz) <= within


class Tones:
    """Follows one caller's sound."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW)
        self._run: list[float] = []
        """Hertz of the windows of the tone that sounds."""

    @property
    def sounding(self) -> Tone | None:
        """The tone that has not ended yet."""
        if len(self._run) < _LEAST:
            return None
        return Tone(float(np.median(self._run)), len(self._run) * FRAME_MS / 1000)

    def feed(self, frame: Pcm) -> Tone | None:
        """Take in the next 20 ms; return the tone that has just ended, if one has."""
        self._window = np.concatenate([self._window[FRAME_SAMPLES:], frame / 32768])
        hertz = pure_hertz(self._window)
        if hertz is not None and self._goes_on(hertz):
            self._run.append(hertz)
            return None
        ended, self._run = self.sounding, [] if hertz is None else [hertz]
        return ended

    def _goes_on(self, hertz: float) -> bool:
        return not self._run or abs(hertz - float(np.median(self._run))) <= _STEADY * hertz


def pure_hertz(window: NDArray[np.float64]) -> float | None:
    """The frequency of the one tone that a window (WINDOW samples, -1…1) is; None when it is anything else."""
    if np.vecdot(window, window) < _QUIETEST * WINDOW:
        return None
    power = np.square(np.abs(np.fft.rfft(window * _HANN)))
    peak = _BAND.start + int(np.argmax(power[_BAND]))
    lobe = power[peak - _LOBE : peak + _LOBE + 1]
    if lobe.sum() < _PURE * power[1:].sum():
        return None
    # Between bins: the lobe's centre of gravity.
    return float(np.vecdot(np.arange(peak - _LOBE, peak + _LOBE + 1), lobe) / lobe.sum() * _BIN_HZ)
