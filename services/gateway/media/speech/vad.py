"""Voice activity detection for many calls in one inference: the interface of its engines, and what they share.

The model (silero-vad 6.2, MIT) takes windows of 32 ms preceded by 4 ms of context and carries a recurrent state per
call. At 8 kHz it costs about half of what it costs at 16 kHz.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Ints
from gateway.media.rtp.resample import HALVING_CONTEXT, halve
from parley.audio import SAMPLE_RATE

WINDOW_SAMPLES = 512
"""New samples of a window at 16 kHz: 32 ms."""
CONTEXT_SAMPLES = 64
LOOKBACK_SAMPLES = CONTEXT_SAMPLES + HALVING_CONTEXT
"""Samples at 16 kHz before a window that an engine may need."""


PIECE = 64
"""Windows begin at multiples of so many samples, so that they are gathered in pieces instead of samples."""
PHASES = WINDOW_SAMPLES // PIECE
_LOOKBACK_PIECES = -(-LOOKBACK_SAMPLES // PIECE)
_PIECES = np.arange(-_LOOKBACK_PIECES, PHASES)
_SURPLUS = _LOOKBACK_PIECES * PIECE - LOOKBACK_SAMPLES


class VadEngine(Protocol):
    """Speech probabilities of windows of several calls at once."""

    def probabilities(self, rows: Ints, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows (n, LOOKBACK_SAMPLES + WINDOW_SAMPLES) at 16 kHz, −1…1, of the calls `rows` → (n,), 0…1."""

    def reset(self, row: int) -> None:
        """Forget a call's past."""


class ModelInput:
    """Cuts the model's input out of a window, at the model's own rate."""

    def __init__(self, rate: int) -> None:
        if rate not in (8_000, 16_000):
            raise ValueError(f"rate must be 8000 or 16000, not {rate}")
        self.rate = rate

    def __call__(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows as VadEngine has them → context and new samples at the model's rate."""
        if self.rate == SAMPLE_RATE:
            return windows[:, HALVING_CONTEXT:]
        return halve(windows)


def gathered(history: NDArray[np.int16], rows: Ints, at: Ints) -> NDArray[np.float32]:
    """Windows as VadEngine has them, out of each call's ring of frames (calls, frames, FRAME_SAMPLES)."""
    pieces = history.reshape(len(history), -1, PIECE)
    numbers = (at[:, None] // PIECE + _PIECES) % pieces.shape[1]
    windows = pieces[rows[:, None], numbers].reshape(len(rows), -1)[:, _SURPLUS:]
    return np.multiply(windows, np.float32(1 / 32768), dtype=np.float32)
