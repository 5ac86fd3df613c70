"""Between 8 and 16 kHz, for many calls at once: a half-band filter as one matrix product.

A windowed-sinc low-pass (Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5) with its cut-off at
3.7 kHz, 31 taps: 8 samples of delay at 8 kHz, under 1 ms.
"""

import numpy as np
from numpy.typing import NDArray

_TAPS = 31
_CUTOFF = 3700 / 16_000

Frames = NDArray[np.float32]


def _low_pass() -> NDArray[np.float64]:
    n = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = 2 * _CUTOFF * np.sinc(2 * _CUTOFF * n) * np.kaiser(_TAPS, 6.0)
    return np.asarray(taps / taps.sum())


def halving_matrix(outputs: int) -> Frames:
    """The matrix that turns 2·outputs + 30 samples at 16 kHz into `outputs` at 8 kHz, shape (in, out)."""
    matrix = np.zeros((2 * outputs + _TAPS - 1, outputs), np.float32)
    for j in range(outputs):
        matrix[2 * j : 2 * j + _TAPS, j] = _low_pass()
    return matrix


HALVING_CONTEXT = _TAPS - 1
"""Samples before a block that halving needs."""


class Halver:
    """16 → 8 kHz, frame by frame, for `capacity` calls."""

    def __init__(self, capacity: int, frame: int) -> None:
        self._context = np.zeros((capacity, HALVING_CONTEXT), np.float32)
        self._matrix = halving_matrix(frame // 2)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._context[row] = 0

    def __call__(self, rows: NDArray[np.int64], frames: NDArray[np.int16]) -> NDArray[np.int16]:
        """Frames (n, frame) at 16 kHz of the calls `rows` → (n, frame/2) at 8 kHz."""
        block = np.concatenate([self._context[rows], frames.astype(np.float32)], axis=1)
        self._context[rows] = block[:, -HALVING_CONTEXT:]
        return _to_int16(block @ self._matrix)


class Doubler:
    """8 → 16 kHz, frame by frame, for `capacity` calls."""

    _CONTEXT = (_TAPS - 1) // 2

    def __init__(self, capacity: int, frame: int) -> None:
        self._context = np.zeros((capacity, self._CONTEXT), np.float32)
        taps = 2 * _low_pass()  # half of the zero-stuffed samples are zero: gain 2
        self._matrix = np.zeros((self._CONTEXT + frame, 2 * frame), np.float32)
        for j in range(2 * frame):
            # Output j sums the zero-stuffed input at j … j + 30, of which the even ones are samples.
            for k in range(j % 2, _TAPS, 2):
                at = (j + k) // 2
                if at < self._CONTEXT + frame:
                    self._matrix[at, j] = taps[_TAPS - 1 - k]

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._context[row] = 0

    def __call__(self, rows: NDArray[np.int64], frames: NDArray[np.int16]) -> NDArray[np.int16]:
        """Frames (n, frame) at 8 kHz of the calls `rows` → (n, 2·frame) at 16 kHz."""
        block = np.concatenate([self._context[rows], frames.astype(np.float32)], axis=1)
        self._context[rows] = block[:, -self._CONTEXT :]
        return _to_int16(block @ self._matrix)


def _to_int16(samples: Frames) -> NDArray[np.int16]:
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
