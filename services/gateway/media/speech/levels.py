"""How loud the callers' newest frames were, and which frames of the agent's are audible."""

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints
from gateway.media.speech.vad import WINDOW_SAMPLES
from parley.audio import FRAME_SAMPLES
from parley.voice import QUIETEST

_NEWEST_FRAMES = 5
"""Power is the mean of 100 ms."""


class Levels:
    """RMS levels of full scale, a row per call and a column per frame of history."""

    def __init__(self, capacity: int, frames: int) -> None:
        self._frames = frames
        self._levels = np.zeros((capacity, frames), np.float32)

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._levels[row] = 0

    def note(self, rows: Ints, number: Ints, frames: NDArray[np.int16]) -> NDArray[np.float32]:
        """Take in the frame `number` of each of `rows`; return their levels."""
        level = _rms(frames)
        self._levels[rows, number % self._frames] = level
        return level

    def power(self, rows: Ints, number: Ints) -> NDArray[np.float64]:
        """Mean power of the newest 100 ms of each row, whose next frame is `number`."""
        newest = number[:, None] - np.arange(1, _NEWEST_FRAMES + 1)
        return np.square(self._levels[rows[:, None], newest % self._frames]).mean(axis=1)

    def of_window(self, rows: Ints, at: Ints) -> NDArray[np.float32]:
        """Level of the loudest frame that the window at sample `at` of each row touches."""
        last = (at + WINDOW_SAMPLES - 1) // FRAME_SAMPLES
        frames = np.minimum(at[:, None] // FRAME_SAMPLES + np.arange(3), last[:, None])
        return self._levels[rows[:, None], frames % self._frames].max(axis=1)


def voiced(frames: NDArray[np.int16]) -> Bools:
    """Which frames (n, FRAME_SAMPLES) of the agent's own, noiseless speech are audible."""
    return _rms(frames) > QUIETEST


def _rms(frames: NDArray[np.int16]) -> NDArray[np.float32]:
    samples = frames.astype(np.float32)
    return np.sqrt(np.vecdot(samples, samples) / frames.shape[1]) / np.float32(32768)
