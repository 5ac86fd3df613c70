"""Turn-taking without a telephone: the product's own detector, models and table, in counted time.

All utterances are callers of one detector, a row each. The voice activity model runs once; its probabilities are the
same for every setting, so later runs replay them. Each stretch of audio is written down and judged once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.turns.utterances import Utterance
from gateway.media.rtp.packets import Ints
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import NO_DEADLINE, SpeechDetector
from gateway.media.speech.vad import VadEngine
from gateway.turns import actions as turn_actions
from gateway.turns import events as turn_events
from gateway.turns.memory import TurnSettings
from parley.audio import FRAME_SAMPLES, SAMPLE_RATE
from replay.rerun import TICK_S, listening
from stt.endpoint import Endpointer
from stt.transcriber import Samples, Transcriber

AFTER_S = 4.0
"""Silence after an utterance in which its end must be found."""


class Recorder:
    """A VadEngine that remembers what the real one answered, row by row, and can answer it again."""

    def __init__(self, engine: VadEngine, rows: int) -> None:
        self._engine: VadEngine | None = engine
        self._kept: list[list[float]] = [[] for _ in range(rows)]
        self._next = [0] * rows

    def probabilities(self, rows: Ints, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """See VadEngine."""
        if self._engine is not None:
            answer = self._engine.probabilities(rows, windows)
            for row, value in zip(rows, answer, strict=True):
                self._kept[row].append(float(value))
            return answer
        found = [self._kept[row][self._next[row]] for row in rows]
        for row in rows:
            self._next[row] += 1
        return np.array(found, np.float32)

    def reset(self, row: int) -> None:
        """See VadEngine."""
        if self._engine is not None:
            self._engine.reset(row)
        self._next[row] = 0

    def replay(self) -> None:
        """From now on answer from memory."""
        self._engine = None


@dataclass(frozen=True)
class Policy:
    """How the end of a turn is decided."""

    name: str
    turns: TurnSettings
    judged: bool = True
    """Whether the end-of-turn model is asked."""
    words: bool = True
    """Whether the words count; otherwise every transcript is the same few words."""


@dataclass(frozen=True)
class Outcome:
    """How one utterance went."""

    decided_s: float | None
    """When the answer began to be spoken, seconds into the utterance; None when it never did."""
    attempts: int
    """How often transcript and answer were prepared."""

    def added_s(self, utterance: Utterance) -> float | None:
        """Seconds from the end of the voice to the answer; None when the caller was cut off or not answered."""
        if self.decided_s is None or self.was_cut_off(utterance):
            return None
        return self.decided_s - utterance.end_s

    def was_cut_off(self, utterance: Utterance) -> bool:
        """Whether the agent spoke before the caller had finished."""
        return self.decided_s is not None and self.decided_s < utterance.end_s


class Bench:
    """The test set on a detector."""

    def __init__(
        self,
        items: Sequence[Utterance],
        engine: VadEngine,
        endpointer: Endpointer,
        transcriber: Transcriber,
        detector: DetectorSettings,
        *,
        recognition_s: float,
    ) -> None:
        self.items = items
        self._vad = Recorder(engine, len(items))
        self._endpointer = endpointer
        self._transcriber = transcriber
        self._detector = detector
        self._recognition_ticks = round(recognition_s / TICK_S)
        longest = max(len(item.clip.samples) for item in items) + round(AFTER_S * SAMPLE_RATE)
        frames = -(-longest // FRAME_SAMPLES)
        # What follows an utterance is the noise of its own line.
        self._audio = np.zeros((len(items), frames * FRAME_SAMPLES), np.int16)
        for row, item in enumerate(items):
            quiet = item.clip.samples[: SAMPLE_RATE // 4]
            self._audio[row] = np.resize(quiet, self._audio.shape[1])
            self._audio[row, : len(item.clip.samples)] = item.clip.samples
        self.scores: dict[tuple[int, int, int], float] = {}
        """End-of-turn scores by row, first and last sample."""
        self._texts: dict[tuple[int, int, int], str] = {}

    def run(self, policy: Policy) -> list[Outcome]:
        """Let every utterance be spoken to the product with these settings; the first run is the slow one."""
        rows = np.arange(len(self.items))
        detector = SpeechDetector(len(rows), self._vad, self._detector)
        for row in rows:
            detector.reset(int(row))
        calls = [_Caller(self, int(row), policy, detector) for row in rows]
        frames = self._audio.reshape(len(rows), -1, FRAME_SAMPLES)
        for tick in range(frames.shape[1]):
            now = (tick + 1) * TICK_S
            detector.feed(rows, frames[:, tick], np.full(len(rows), now))
            found = detector.detect(rows)
            for row in found.started:
                calls[row].happen(turn_events.SpeechStarted(int(detector.start_sample[row])), tick)
            for row in found.paused:
                calls[row].happen(turn_events.SpeechPaused(int(detector.clock[row])), tick)
            for row in found.silence_reached:
                calls[row].happen(turn_events.SilenceReached(), tick)
            for call in calls:
                if call.due <= tick:
                    call.hear(tick)
        self._vad.replay()
        return [call.outcome for call in calls]

    def score(self, row: int, start: int, end: int) -> float:
        """What the end-of-turn model says of samples `start`…`end` of an utterance."""
        key = (row, start, end)
        if key not in self.scores:
            self.scores[key] = self._endpointer.end_of_turn(self._samples(row, start, end))
        return self.scores[key]

    def text(self, row: int, start: int, end: int) -> str:
        """What is written down of samples `start`…`end` of an utterance."""
        key = (row, start, end)
        if key not in self._texts:
            self._texts[key] = self._transcriber.transcribe(self._samples(row, start, end), "en").text
        return self._texts[key]

    def _samples(self, row: int, start: int, end: int) -> Samples:
        return (self._audio[row, start:end] / np.float32(32768)).astype(np.float32)

    @property
    def recognition_ticks(self) -> int:
        """Ticks from a pause to its transcript."""
        return self._recognition_ticks


class _Caller:
    """One utterance and the turn-taking it meets; the answer is always ready, so that only the decision counts."""

    def __init__(self, bench: Bench, row: int, policy: Policy, detector: SpeechDetector) -> None:
        self._bench = bench
        self._row = row
        self._policy = policy
        self._detector = detector
        self._turns = listening(policy.turns)
        self._job: turn_actions.Transcribe | None = None
        self.due = np.iinfo(np.int64).max
        """Tick in which the transcript arrives."""
        self.outcome = Outcome(None, 0)

    def happen(self, event: turn_events.Event, tick: int) -> None:
        """Tell turn-taking, and do what it wants."""
        if self.outcome.decided_s is not None:
            return
        for action in self._turns.handle(event):
            match action:
                case turn_actions.Transcribe():
                    self._job = action
                    self.due = tick + self._bench.recognition_ticks
                    self.outcome = replace(self.outcome, attempts=self.outcome.attempts + 1)
                case turn_actions.SetSilenceDeadline():
                    samples = NO_DEADLINE if action.seconds is None else int(action.seconds * SAMPLE_RATE)
                    self._detector.silence_deadline[self._row] = samples
                case turn_actions.Play():
                    # Commands are carried out in the next tick.
                    self.outcome = replace(self.outcome, decided_s=(tick + 2) * TICK_S)

    def hear(self, tick: int) -> None:
        """The words are there, and how finished they sound."""
        self.due = np.iinfo(np.int64).max
        job = self._job
        if job is None or self.outcome.decided_s is not None:
            return
        score = self._bench.score(self._row, job.start, job.end) if self._policy.judged else None
        text = self._bench.text(self._row, job.start, job.end) if self._policy.words else "some words"
        self.happen(turn_events.Transcribed(job.revision, text, score), tick)
        if not text:
            return
        self.happen(turn_events.ReplyReady(job.revision), tick)
