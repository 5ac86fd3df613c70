"""Where the voice of somebody who speaks is not heard for the moment: a pause may follow, or the voice come back."""

import numpy as np

from gateway.media.rtp.packets import Ints
from parley.audio import FRAME_SAMPLES, SAMPLE_RATE

_NONE = -1


class Hushes:
    """The last hush of every caller, a row per call."""

    def __init__(self, capacity: int, hush_ms: int) -> None:
        self._least = hush_ms * SAMPLE_RATE // 1000
        self._after = np.full(capacity, _NONE)
        """The last voiced frame before the hush that was told."""

    def forget(self, rows: Ints | int) -> None:
        """Speech begins, or a call does."""
        self._after[rows] = _NONE

    def find(self, rows: Ints, clock: Ints, start: Ints, voiced: Ints) -> tuple[Ints, Ints]:
        """Those of `rows`, where somebody speaks, whose voice has just been silent for a hush, and where it is back.

        Of every call: `clock` and `start` of speech in samples, and the last `voiced` frame.
        """
        told, last = self._after[rows], voiced[rows]
        voiced_end = (last + 1) * FRAME_SAMPLES
        quiet = clock[rows] - voiced_end >= self._least
        hushed = quiet & (voiced_end > start[rows]) & (told != last)
        back = ~quiet & (told != _NONE) & (told != last)
        self._after[rows[hushed]] = last[hushed]
        self._after[rows[back]] = _NONE
        return rows[hushed], rows[back]
