"""The agent's own voice coming back from a caller on a loudspeaker, told from a caller who speaks.

An echo is the agent's speech of a moment ago, delayed, fainter and blurred by the room. So what seems to be speech is
compared with what was sent, at every delay up to half a second: the peak of the normalised cross-correlation (Knapp
and Carter 1976, The generalized correlation method for estimation of time delay) of a quarter of a second. For echoes
8–30 dB down, through simulated rooms as reverberant as a kitchen, 99 of 100 peaks are above 0.54 and none is below
0.46; for speech that has nothing to do with it, half are below 0.19 and 98 of 100 below 0.42. The comparison is made
again and again while the agent speaks, so an echo that was found lowers the bar for a while: a caller who has to begin
anew loses a few hundredths of a second, but an echo that gets through once silences the agent (`python -m
bench.barge_in` tries both on real calls).
"""

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints
from parley.audio import FRAME_SAMPLES

HISTORY_FRAMES = 50
"""Sent frames that are kept: one second."""
_HISTORY = HISTORY_FRAMES * FRAME_SAMPLES
_SPAN = 2048
"""Samples at 8 kHz that are compared: 256 ms."""
SPAN_SAMPLES = 2 * (_SPAN + 1)
"""The same in samples at 16 kHz, and one for the pre-emphasis."""
_THRESHOLD = 0.42
_AGAIN_THRESHOLD = 0.33
"""The same for a while after an echo was found."""
_AGAIN_TICKS = 50
_FAINT = 10 ** (-18 / 20)
"""What is heard so far under what was sent (18 dB) is more likely an echo than a caller, and blurred by noise …"""
_FAINT_THRESHOLD = 0.25
"""… so that less resemblance is enough."""
_PRE_EMPHASIS = 0.95
"""Flattens the spectrum of speech, whose strong low pitch would resemble any other."""
_FFT = _HISTORY // 2
"""No shorter than what was sent, so that no product that counts wraps around."""
_FAINTEST = 1e-4
"""RMS of full scale under which what was sent cannot be heard back: −80 dBFS."""


class EchoGuard:
    """What was sent to every call of late, a row per call."""

    def __init__(self, capacity: int) -> None:
        self._sent = np.zeros((capacity, HISTORY_FRAMES, FRAME_SAMPLES), np.int16)
        self._next = 0
        self._tick = 0
        self._echo_until = np.zeros(capacity, np.int64)
        """The tick until which another echo is likely."""

    def reset(self, row: int) -> None:
        """Forget what was sent."""
        self._sent[row] = 0
        self._echo_until[row] = 0

    def sent(self, rows: Ints, frames: NDArray[np.int16]) -> None:
        """Note a tick's frames (n, FRAME_SAMPLES) to the calls `rows`, all calls there are."""
        self._sent[rows, self._next] = frames
        self._next = (self._next + 1) % HISTORY_FRAMES
        self._tick += 1

    def is_echo(self, rows: Ints, heard: NDArray[np.int16]) -> Bools:
        """Whether the newest audio of callers, (n, SPAN_SAMPLES) at 16 kHz, is the agent's own."""
        echoes = np.array(
            [self._resembles(int(row), audio) for row, audio in zip(rows, heard, strict=True)], bool
        )
        self._echo_until[rows[echoes]] = self._tick + _AGAIN_TICKS
        return echoes

    def _resembles(self, row: int, heard: NDArray[np.int16]) -> bool:
        sent = np.roll(self._sent[row], -self._next, axis=0).reshape(_HISTORY)
        reference, audio = _prepared(sent), _prepared(heard)
        loudness = np.sqrt(np.mean(np.square(reference)))
        if loudness < _FAINTEST:
            return False
        spectrum = np.fft.rfft(reference, _FFT) * np.conj(np.fft.rfft(audio, _FFT))
        products = np.abs(np.fft.irfft(spectrum, _FFT)[: len(reference) - len(audio) + 1])
        energy = np.concatenate([[0.0], np.cumsum(np.square(reference))])
        energy = energy[len(audio) :] - energy[: -len(audio)]
        floor = len(audio) * _FAINTEST**2
        peak = np.max(products / np.sqrt(np.maximum(energy, floor)))
        faint = np.sqrt(np.mean(np.square(audio))) < _FAINT * loudness
        again = _AGAIN_THRESHOLD if self._tick < self._echo_until[row] else _THRESHOLD
        threshold = _FAINT_THRESHOLD if faint else again
        return bool(peak > threshold * np.sqrt(np.sum(np.square(audio)) + floor))


def _prepared(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Half the rate (neighbours averaged), −1…1, pre-emphasised."""
    halved = samples.reshape(-1, 2).astype(np.float64).sum(axis=1) / 65536
    return halved[1:] - _PRE_EMPHASIS * halved[:-1]
