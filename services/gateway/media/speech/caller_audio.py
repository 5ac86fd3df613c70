"""The audio of callers who speak, in chunks for their calls' streams; silence is told of calls that are monitored."""

from collections.abc import Iterator, Sequence

import numpy as np

from gateway.media.events import CallerAudio, CallerHeard
from gateway.media.rtp.packets import Ints
from gateway.media.speech.detections import Detections
from gateway.media.speech.detector import HISTORY_FRAMES, SpeechDetector
from parley.audio import FRAME_SAMPLES

CHUNK_FRAMES = 5
"""Chunks are 100 ms long, but for the last one before a hush or a pause."""


class CallerAudioStreams:
    """How much of every caller's audio has been told, a row per call."""

    def __init__(self, capacity: int, detector: SpeechDetector) -> None:
        self._detector = detector
        self._open = np.zeros(capacity, np.bool_)
        self._told = np.zeros(capacity, np.int64)
        """Frames that have been told or passed over."""
        self._monitored = np.zeros(capacity, np.bool_)
        self._heard = np.zeros(capacity, np.int64)
        """Frames of calls that are monitored, likewise."""

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self._open[row] = False
        self._told[row] = 0
        self._monitored[row] = False

    def monitor(self, monitored: bool, row: int) -> None:
        """Tell all that is heard in a row from now on, or no more."""
        self._monitored[row] = monitored
        self._heard[row] = self._detector.clock[row] // FRAME_SAMPLES

    def heard(self, rows: Ints, calls: Sequence[str]) -> Iterator[CallerHeard]:
        """What was heard since this was asked last in those of the calls `rows` that are monitored."""
        for row in rows[self._monitored[rows]].tolist():
            end = int(self._detector.clock[row]) // FRAME_SAMPLES
            first, self._heard[row] = max(int(self._heard[row]), end - HISTORY_FRAMES), end
            if first < end:
                speech = bool(self._detector.talking[row])
                yield CallerHeard(calls[row], self._detector.audio(row, first, end), speech)

    def chunks(self, rows: Ints, found: Detections, calls: Sequence[str]) -> Iterator[CallerAudio]:
        """What is to be told of the calls `rows` after a tick's detections; all there is at a hush or a pause."""
        detector, told = self._detector, self._told
        self._open[found.faint_dropped] = detector.talking[found.faint_dropped]
        self._begin(found.started, detector.start_sample)
        self._begin(found.faint, detector.background.begin)
        frames = detector.clock // FRAME_SAMPLES
        speaking = rows[self._open[rows]]
        for row in speaking[frames[speaking] - told[speaking] >= CHUNK_FRAMES].tolist():
            yield from self._chunks_of(row, int(frames[row]), calls[row], least=CHUNK_FRAMES)
        for row in (*found.hushed.tolist(), *found.paused.tolist()):
            yield from self._chunks_of(row, int(frames[row]), calls[row], least=1)
        self._open[found.paused] = False

    def _begin(self, rows: Ints, starts: Ints) -> None:
        self._told[rows] = np.maximum(self._told[rows], starts[rows] // FRAME_SAMPLES)
        self._open[rows] = True

    def _chunks_of(self, row: int, end: int, call: str, least: int) -> Iterator[CallerAudio]:
        first = max(int(self._told[row]), end - HISTORY_FRAMES)
        while end - first >= least:
            last = min(first + CHUNK_FRAMES, end)
            yield CallerAudio(call, first * FRAME_SAMPLES, self._detector.audio(row, first, last))
            first = last
        self._told[row] = first
