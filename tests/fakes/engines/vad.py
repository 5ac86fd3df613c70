"""A VadEngine that takes everything loud for speech, and remembers what it was asked."""

import numpy as np

from gateway.media.speech.vad import LOOKBACK_SAMPLES


class LoudnessVad:
    def __init__(self, level: float = 0.05) -> None:
        self.level = level
        self.asked: list[np.ndarray] = []
        self.resets: list[int] = []

    def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
        assert len(rows) == len(windows)
        assert windows.dtype == np.float32
        self.asked.append(rows.copy())
        new = windows[:, LOOKBACK_SAMPLES:]
        return (np.sqrt((new**2).mean(axis=1)) > self.level).astype(np.float32)

    def reset(self, row: int) -> None:
        self.resets.append(row)


class LingeringVad(LoudnessVad):
    """Finds speech for some windows after the last loud one, as Silero does."""

    def __init__(self, windows: int) -> None:
        super().__init__()
        self.windows = windows
        self.left = 0

    def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
        found = super().probabilities(rows, windows)
        self.left = self.windows if found[0] else max(0, self.left - 1)
        return found if found[0] else np.full(1, self.left > 0, np.float32)
