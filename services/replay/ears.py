"""What is written down of a call, and how finished it sounds: by the stt worker's own engines, each stretch once."""

import os
from collections.abc import Callable

import numpy as np

from parley.audio import Pcm
from replay.trial import Setup
from stt.endpoint import WINDOW_SAMPLES, Endpointer, SmartTurn
from stt.transcriber import Samples, Transcriber
from stt.whisper import Whisper


class Ears:
    """Engines, and what they have heard; for all runs that have them in common."""

    def __init__(self, transcriber: Transcriber, endpointer: Endpointer | None) -> None:
        self._transcriber = transcriber
        self._endpointer = endpointer
        self._heard: dict[tuple[object, ...], tuple[str, float | None]] = {}
        self._scores: dict[tuple[object, ...], float | None] = {}

    def words(
        self, call: str, audio: Pcm, start: int, end: int, *, language: str, vocabulary: str
    ) -> tuple[str, float | None]:
        """The words of samples `start`…`end` of a call, and how sure they are."""
        key = (call, start, end, language, vocabulary)
        if key not in self._heard:
            heard = self._transcriber.transcribe(_floats(audio[start:end]), language, vocabulary)
            self._heard[key] = heard.text, heard.confidence
        return self._heard[key]

    def score(self, call: str, audio: Pcm, start: int, end: int) -> float | None:
        """How finished samples `start`…`end` of a call sound; None: nobody judges that."""
        if self._endpointer is None or start >= end:
            return None
        key = (call, start, end)
        if key not in self._scores:
            first = max(start, end - WINDOW_SAMPLES)
            self._scores[key] = self._endpointer.end_of_turn(_floats(audio[first:end]))
        return self._scores[key]


class Engines:
    """The ears of runs; each pair is made when it is first asked for."""

    def __init__(self, make: Callable[[Setup], Ears] | None = None) -> None:
        self._make = make or local
        self._made: dict[tuple[object, ...], Ears] = {}

    def of(self, setup: Setup) -> Ears:
        """The ears of a run; raise ModelMissing, EngineError."""
        if setup.ears not in self._made:
            self._made[setup.ears] = self._make(setup)
        return self._made[setup.ears]


def local(setup: Setup) -> Ears:
    """The stack's own engines. Nothing is asked outside, whoever recognises the callers of live calls."""
    stt = setup.stt
    threads = stt.stt_threads or os.cpu_count() or 1
    whisper = Whisper(stt.whisper_folder, stt.stt_device, stt.stt_compute_type, threads)
    return Ears(whisper, SmartTurn(stt.smart_turn_file) if stt.stt_end_of_turn else None)


def _floats(audio: Pcm) -> Samples:
    return (audio / np.float32(32768)).astype(np.float32)
