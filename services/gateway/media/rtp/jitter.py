"""How unevenly a call's packets arrive: the interarrival jitter of RFC 3550 (section 6.4.1), for all calls at once."""

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Ints

_SMOOTHING = 16
_LONGEST_S = 1.0
"""A larger difference is a new stream or a pause of the sender's, not jitter."""


class Jitter:
    """The estimate of every call, a row per call."""

    def __init__(self, capacity: int, clock_rate: int) -> None:
        self.seconds = np.zeros(capacity)
        self._clock_rate = clock_rate
        self._arrival = np.zeros(capacity)
        self._timestamp = np.zeros(capacity, np.uint32)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self.seconds[row] = 0
        self._arrival[row] = 0

    def note(self, rows: Ints, timestamps: NDArray[np.uint32], arrivals: NDArray[np.float64]) -> None:
        """Take in packets; of several packets of one call at once only the last one counts."""
        media = (timestamps - self._timestamp[rows]).view(np.int32) / self._clock_rate
        difference = np.abs(arrivals - self._arrival[rows] - media)
        counts = (self._arrival[rows] > 0) & (difference < _LONGEST_S)
        step = np.where(counts, difference - self.seconds[rows], 0) / _SMOOTHING
        self.seconds[rows] += step
        self._arrival[rows] = arrivals
        self._timestamp[rows] = timestamps
