"""The recordings on the gateway's own detector, recogniser and judge, in counted time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from bench.outbound.recordings import Recording
from gateway.answering.judging import Judge, Kind, Limits
from gateway.answering.reception import READ_S
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from gateway.media.speech.vad import VadEngine
from parley import languages
from parley.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from stt.transcriber import Transcriber

TICK_S = FRAME_MS / 1000
GIVEN_UP = ("menu", "fax", "unobtainable")
MACHINES = ("voicemail", *GIVEN_UP)


@dataclass(frozen=True)
class Outcome:
    """What was thought of one recording; times in seconds from the answer."""

    kind: Kind | None
    """At the end."""
    decided_s: float | None
    """Since when that was so without a change, when the agent's turn came, or the call was hung up."""
    first_kind: Kind | None
    """As what whoever answered was treated first; None: as nothing, to the end."""
    acted_s: float | None
    """When that was."""
    message_s: float | None
    """When a voicemail would have been told its message."""
    words: str = ""
    """What was read of it."""


@dataclass
class Heard:
    """What the detector found in one recording, frame by frame."""

    speech: list[bool] = field(default_factory=list)
    pauses: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By the frame in which it was found: first and last sample of the speech before it."""


class Bench:
    """All recordings."""

    def __init__(
        self,
        items: Sequence[Recording],
        engine: VadEngine,
        transcriber: Transcriber,
        detector: DetectorSettings,
        *,
        recognition_s: float,
        kept: Path | None = None,
    ) -> None:
        """`kept`: where words are kept from run to run."""
        self.items = items
        self._transcriber = transcriber
        self._late = round(recognition_s / TICK_S)
        frames = -(-max(len(item.clip.samples) for item in items) // FRAME_SAMPLES)
        self._audio = np.zeros((len(items), frames, FRAME_SAMPLES), np.int16)
        for row, item in enumerate(items):
            # What follows is the noise of its own line.
            noise = item.clip.samples[-SAMPLE_RATE:]
            flat = np.resize(noise, frames * FRAME_SAMPLES)
            flat[: len(item.clip.samples)] = item.clip.samples
            self._audio[row] = flat.reshape(frames, FRAME_SAMPLES)
        self._heard = self._detect(engine, detector)
        self._kept = kept
        self._texts: dict[str, str] = {}
        if kept is not None and kept.is_file():
            self._texts = msgspec.json.decode(kept.read_bytes(), type=dict[str, str])

    def _detect(self, engine: VadEngine, settings: DetectorSettings) -> list[Heard]:
        rows = np.arange(len(self.items))
        detector = SpeechDetector(len(rows), engine, settings)
        for row in rows:
            detector.reset(int(row))
        found = [Heard() for _ in rows]
        for tick in range(self._audio.shape[1]):
            detector.feed(rows, self._audio[:, tick], np.full(len(rows), (tick + 1) * TICK_S))
            told = detector.detect(rows)
            for row in told.paused:
                found[row].pauses[tick] = int(detector.start_sample[row]), int(detector.clock[row])
            for row, heard in enumerate(found):
                heard.speech.append(bool(detector.talking[row]))
        return found

    def run(self, row: int, limits: Limits, *, words: bool = True) -> Outcome:
        """Have one recording judged, with words or without."""
        item, heard = self.items[row], self._heard[row]
        judge, due = Judge(item.language, limits), dict[int, str]()
        kind: Kind | None = None
        first: tuple[Kind, float] | None = None
        decided = message = began = None
        read: list[str] = []
        last = round((len(item.clip.samples) / SAMPLE_RATE) / TICK_S)
        for tick in range(last):
            now = (tick + 1) * TICK_S
            judge.hear(self._audio[row, tick], speech=heard.speech[tick])
            if words and tick in heard.pauses and message is None:
                began = heard.pauses[tick][0] if began is None else began
                end = heard.pauses[tick][1]
                due[tick + self._late] = self._text(row, max(began, end - round(READ_S * SAMPLE_RATE)), end)
            if tick in due:
                read.append(due.pop(tick))
                judge.read(read[-1])
            if judge.kind != kind:
                kind, decided = judge.kind, now
            if kind == "voicemail" and message is None and judge.listens:
                message = now
            acts = judge.listens or (judge.is_sure and kind in MACHINES)
            if first is None and kind is not None and acts:
                first = kind, now
                if kind not in MACHINES:
                    judge.greeted()
            if message is not None or kind in GIVEN_UP:
                break
        return Outcome(kind, decided, *(first or (None, None)), message, " / ".join(filter(None, read)))

    def keep(self) -> None:
        """Keep the words for the next run."""
        if self._kept is not None:
            self._kept.write_bytes(msgspec.json.encode(self._texts))

    def _text(self, row: int, start: int, end: int) -> str:
        samples, language = self._audio[row].reshape(-1)[start:end], self.items[row].language
        hint = languages.get(language).answering.hint
        key = hashlib.sha256(f"{language} {hint}".encode() + samples.tobytes()).hexdigest()
        if key not in self._texts:
            sound = (samples / np.float32(32768)).astype(np.float32)
            self._texts[key] = self._transcriber.transcribe(sound, language, hint).text
        return self._texts[key]
