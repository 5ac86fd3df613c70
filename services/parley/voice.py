"""Which packets are voiced: the one definition by which every clock goes, the gateway's and the caller's. Pure.

A packet of 20 ms is loud when its level is above -50 dBFS, 9 dB above the noise, and not more than 25 dB under the
loudest packet of late: what is softer is a word's last breath or a room's answer. A loud packet is voiced when there is
another one among the two before it: a click is no voice. All of it looks back only, so that the same packets give the
same answer whether they are judged one by one while they arrive or afterwards.

`VoiceMeter` does so for many calls at once; `voiced_packets` for one recorded direction.
"""

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Levels = NDArray[np.floating]
Rows = NDArray[np.int64]

QUIETEST = 10 ** (-50 / 20)
"""RMS of full scale below which no packet is loud: a whisper on a telephone."""
NEAR_PACKETS = 2
"""A voiced packet has another loud one so near before it."""
ONSET_GAP_PACKETS = 10
"""Voice after so long a gap is a new onset."""

_OVER_NOISE = 10 ** (9 / 20)
_UNDER_PEAK = 10 ** (-25 / 20)
_PEAK_FALL = 10 ** (-0.2 / 20)
"""The loudest of late is forgotten by 10 dB a second."""
_NOISE_FALL = 0.3
"""The noise estimate follows a quieter packet quickly …"""
_NOISE_RISE = 10 ** (0.08 / 20)
"""… and rises by 4 dB a second …"""
_NOISE_RISE_LOUD = 10 ** (0.03 / 20)
"""… but by 1.5 dB a second only under what is loud: a long sentence is no noise."""
_LEAST_NOISE, _MOST_NOISE = QUIETEST / _OVER_NOISE, 0.05
"""From digital silence the estimate could not rise again; a long vowel is no noise."""


class VoiceMeter:
    """Noise and loudness of `capacity` calls, a row per call."""

    def __init__(self, capacity: int) -> None:
        self._noise = np.full(capacity, QUIETEST)
        self._peak = np.zeros(capacity)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._noise[row] = QUIETEST
        self._peak[row] = 0

    def loud(self, rows: Rows, levels: Levels) -> Bools:
        """Take in the level (n,) of the next packet of each of `rows`, RMS of full scale; say which are loud."""
        noise = self._noise[rows]
        above = levels > np.maximum(noise * _OVER_NOISE, QUIETEST)
        peak = np.maximum(self._peak[rows] * _PEAK_FALL, np.where(above, levels, 0))
        self._peak[rows] = peak
        falling = np.maximum(noise + (levels - noise) * _NOISE_FALL, _LEAST_NOISE)
        rising = np.minimum(noise * np.where(above, _NOISE_RISE_LOUD, _NOISE_RISE), _MOST_NOISE)
        self._noise[rows] = np.where(levels < noise, falling, rising)
        result: Bools = above & (levels > peak * _UNDER_PEAK)
        return result


def voiced_packets(levels: Levels) -> Bools:
    """Which packets of one direction are voiced, by their levels (n,), RMS of full scale."""
    meter, row = VoiceMeter(1), np.zeros(1, np.int64)
    loud = np.array([meter.loud(row, levels[i : i + 1])[0] for i in range(len(levels))], np.bool_)
    voiced = np.zeros(len(loud), np.bool_)
    last_loud = last_voiced = -ONSET_GAP_PACKETS - NEAR_PACKETS
    for number in np.flatnonzero(loud).tolist():
        if number - last_loud <= NEAR_PACKETS:
            if number - last_voiced > ONSET_GAP_PACKETS:
                voiced[last_loud] = True
            voiced[number] = True
            last_voiced = number
        last_loud = number
    return voiced
