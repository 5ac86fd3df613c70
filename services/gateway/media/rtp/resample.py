"""Between 8 and 16 kHz, for many calls at once: a half-band filter as small matrix products.

A windowed-sinc low-pass (Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5) with its cut-off at
3.7 kHz, 31 taps: 8 samples of delay at 8 kHz, under 1 ms. The samples are cut into overlapping blocks, and every block
is multiplied by one small matrix of the shifted taps: few enough operations, in a form that a CPU is best at.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_TAPS = 31
_CUTOFF = 3700 / 16_000
_BLOCK = 16
"""Samples at 8 kHz that one block makes or takes."""

Frames = NDArray[np.float32]
HALVING_CONTEXT = _TAPS - 1
"""Samples before a block that halving needs."""
DOUBLING_CONTEXT = (_TAPS - 1) // 2
"""Samples before a block that doubling needs."""


def _low_pass() -> NDArray[np.float64]:
    n = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = 2 * _CUTOFF * np.sinc(2 * _CUTOFF * n) * np.kaiser(_TAPS, 6.0)
    return np.asarray(taps / taps.sum())


def _halving_matrix() -> Frames:
    matrix = np.zeros((HALVING_CONTEXT + 2 * _BLOCK, _BLOCK), np.float32)
    for j in range(_BLOCK):
        matrix[2 * j : 2 * j + _TAPS, j] = _low_pass()
    return matrix


def _doubling_matrix() -> Frames:
    taps = 2 * _low_pass()  # half of the zero-stuffed samples are zero: gain 2
    matrix = np.zeros((DOUBLING_CONTEXT + _BLOCK, 2 * _BLOCK), np.float32)
    for j in range(2 * _BLOCK):
        # Output j sums the zero-stuffed input at j … j + 30, of which the even ones are samples.
        for k in range(j % 2, _TAPS, 2):
            matrix[(j + k) // 2, j] = taps[_TAPS - 1 - k]
    return matrix


_HALVING = _halving_matrix()
_DOUBLING = _doubling_matrix()


def halve(samples: Frames) -> Frames:
    """Samples (n, HALVING_CONTEXT + 2·m) at 16 kHz → (n, m) at 8 kHz; m is a multiple of 16."""
    return _blockwise(samples, _HALVING, 2 * _BLOCK)


def double(samples: Frames) -> Frames:
    """Samples (n, DOUBLING_CONTEXT + m) at 8 kHz → (n, 2·m) at 16 kHz; m is a multiple of 16."""
    return _blockwise(samples, _DOUBLING, _BLOCK)


def _blockwise(samples: Frames, matrix: Frames, step: int) -> Frames:
    blocks = sliding_window_view(samples, len(matrix), axis=1)[:, ::step]
    n, count, size = blocks.shape
    return (blocks.reshape(n * count, size) @ matrix).reshape(n, -1)


class Halver:
    """16 → 8 kHz, frame by frame, for `capacity` calls."""

    def __init__(self, capacity: int) -> None:
        self._context = np.zeros((capacity, HALVING_CONTEXT), np.float32)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._context[row] = 0

    def __call__(self, rows: NDArray[np.int64], frames: NDArray[np.int16]) -> NDArray[np.int16]:
        """Frames (n, 2·m) at 16 kHz of the calls `rows`, each once → (n, m) at 8 kHz."""
        block = np.concatenate([self._context[rows], frames.astype(np.float32)], axis=1)
        self._context[rows] = block[:, -HALVING_CONTEXT:]
        return _to_int16(halve(block))


class Doubler:
    """8 → 16 kHz, frame by frame, for `capacity` calls."""

    def __init__(self, capacity: int) -> None:
        self._context = np.zeros((capacity, DOUBLING_CONTEXT), np.float32)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._context[row] = 0

    def __call__(self, rows: NDArray[np.int64], frames: NDArray[np.int16]) -> NDArray[np.int16]:
        """Frames (n, m) at 8 kHz of the calls `rows`, each once → (n, 2·m) at 16 kHz."""
        block = np.concatenate([self._context[rows], frames.astype(np.float32)], axis=1)
        self._context[rows] = block[:, -DOUBLING_CONTEXT:]
        return _to_int16(double(block))


def _to_int16(samples: Frames) -> NDArray[np.int16]:
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
