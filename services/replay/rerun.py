"""One call once more, in counted time: the gateway's own speech detector and turn-taking hear what the caller said.

The agent speaks as agent_side.py says. A transcript takes `RECOGNITION_S`, whatever the machine: so the same run twice
is the same. The agent's own waiting (prompts, apologies, words that bridge a wait) is not run: live lines are said when
they were. Words are not asked for while they are spoken, so an "uh-huh" is judged by its transcript alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gateway.media.speech.detections import Detections
from gateway.media.speech.detector import NO_DEADLINE, SpeechDetector
from gateway.media.speech.vad import VadEngine
from gateway.turns import actions, events
from gateway.turns.events import IllegalEvent, State
from gateway.turns.memory import GREETING, TurnSettings
from gateway.turns.table import Turns
from parley.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Pcm
from records.sound.timeline import Span, Timeline
from replay.agent_side import AgentSide, Playing, playing
from replay.course import By, Course, Outcome, Overlap, Turn
from replay.ears import Ears
from replay.trial import Setup

TICK_S = FRAME_MS / 1000
RECOGNITION_S = 0.25
AFTER_S = 3.0
"""Silence after a recording, in which the end of its last turn is found."""
_LONG_S = 86_400.0
_WORDS_S = 1.0
"""A line that answers a choice waits for its words so long at most."""
_CALLERS = (State.PAUSED, State.CALLER_SPEAKING)
_AGENTS = (State.THINKING, State.AGENT_SPEAKING)
_ROW = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whom a call is heard by, and how."""

    ears: Ears
    vad: VadEngine
    language: str
    """The agent's own."""
    vocabulary: str
    ends: Callable[[str, str], bool]
    """Whether what is said to these words, in this language, is the agent's last: a goodbye, or a person is wanted."""


def listening(settings: TurnSettings) -> Turns:
    """Turn-taking after its greeting."""
    table = Turns(settings)
    table.begin()
    for event in (
        events.ReplyReady(GREETING),
        events.ReplyComplete(GREETING, "none"),
        events.Played(GREETING),
    ):
        table.handle(event)
    assert table.state is State.LISTENING
    return table


def rerun(kept: Timeline, audio: Pcm, setup: Setup, heard: Hearing) -> Course:
    """Run a call again; `audio` is the caller's side of it, in whole frames."""
    return _Rerun(kept, audio, setup, heard).course()


class _Rerun:
    """One run."""

    def __init__(self, kept: Timeline, audio: Pcm, setup: Setup, heard: Hearing) -> None:
        self._kept = kept
        self._heard = heard
        after = np.zeros(round(AFTER_S * SAMPLE_RATE), np.int16)
        self._audio = np.concatenate([audio, after])
        self._agent = AgentSide(kept.spans)
        self._settings = replace(
            setup.gateway.turns(),
            partial_words=False,
            # The agent waits as it did live, and its lines come from there.
            caller_silence_s=_LONG_S,
            patience_s=_LONG_S,
            filler_after_s=0.0,
            reply_timeout_s=_LONG_S,
        )
        self._turns = listening(self._settings)
        self._detector = SpeechDetector(1, heard.vad, setup.gateway.detector())
        self._detector.reset(0)
        self._now = 0.0
        self._deadlines: list[int] = []
        self._timer: float | None = None
        self._jobs: list[tuple[float, actions.Transcribe]] = []
        self._ready: list[tuple[float, int, str]] = []
        self._own: dict[int, Span] = {}
        self._playing: Playing | None = None
        self._over = self._asking = ""
        self._decided: tuple[float, float] | None = None
        """When the turn was found to be over, and when its voice ended."""
        self._turned: list[Turn] = []
        self._went_on_before: float | None = None
        """When the caller had gone on after the last turn, before they spoke last."""
        self._overlaps: list[Overlap] = []

    def course(self) -> Course:
        """Run it."""
        for frame in self._audio.reshape(-1, FRAME_SAMPLES):
            self._now += TICK_S
            self._set_deadline()
            self._detector.feed(_ROW, frame[None], np.array([self._now]))
            self._detected(self._detector.detect(_ROW))
            self._deliver()
            self._speak()
        memory = self._turns.memory
        if memory.attempt is not None and memory.attempt.text:
            self._note(memory.attempt.text, None, "nobody")
        return Course(tuple(self._turned), tuple(self._overlaps))

    # What happens

    def _set_deadline(self) -> None:
        """What was asked of the media plane in the last tick; see MediaPlane."""
        for samples in self._deadlines:
            if samples == NO_DEADLINE or not self._detector.talking[0]:
                self._detector.silence_deadline[0] = samples
        self._deadlines.clear()

    def _detected(self, found: Detections) -> None:
        detector, end = self._detector, int(self._detector.clock[0])
        for _ in found.started:
            self._start(int(detector.start_sample[0]), faint=bool(detector.faint[0]))
        for rows, event in (
            (found.sustained, events.SpeechSustained()),
            (found.went_on, events.SpeechWentOn()),
            (found.paused, events.SpeechPaused(end)),
            (found.overlong, events.SpeechOverlong(end)),
            (found.silence_reached, events.SilenceReached()),
        ):
            for _ in rows:
                self._happen(event)

    def _start(self, sample: int, *, faint: bool) -> None:
        reply, self._asking = self._playing, ""
        played = reply.played if reply is not None else 0
        if reply is not None and played:
            self._asking = reply.said.asking(played)
            self._over = reply.said.text if faint else reply.said.just_said(played)
        if self._turns.state is not State.INTERRUPTED:
            self._went_on_before = self._turned[-1].went_on_s if self._turned else None
        if self._turned and self._turned[-1].went_on_s is None and not faint:
            self._turned[-1] = replace(self._turned[-1], went_on_s=round(self._now, 3))
        self._happen(events.SpeechStarted(sample, played, faint))

    def _deliver(self) -> None:
        """What the workers answer by now, and the time that has passed."""
        while self._jobs and self._jobs[0][0] <= self._now:
            self._transcribed(self._jobs.pop(0)[1])
        for ready in [ready for ready in self._ready if ready[0] <= self._now]:
            self._ready.remove(ready)
            _, revision, text = ready
            self._happen(events.ReplyReady(revision, text))
            self._happen(events.ReplyComplete(revision, "none"))
        if self._timer is not None and self._timer <= self._now:
            self._timer = None
            self._happen(events.TimerFired())

    def _transcribed(self, job: actions.Transcribe) -> None:
        start = job.written.end if job.written else job.start
        language = self._kept.language(self._now, self._heard.language)
        ears, call, audio = self._heard.ears, self._kept.call, self._audio
        text, sure = ears.words(
            call, audio, start, job.end, language=language, vocabulary=self._heard.vocabulary
        )
        score = ears.score(call, audio, job.start, job.end)
        text = " ".join(part for part in (job.written.text if job.written else "", text) if part)
        self._turns.note_written(job.start, job.end, text)
        said_to = (self._over, self._asking, language)
        self._happen(events.Transcribed(job.revision, text, score, sure, *said_to))
        if text and not job.judged and job.revision == self._turns.revision:
            prepared_s = max(RECOGNITION_S, self._agent.prepared_s(job.end / SAMPLE_RATE)) - RECOGNITION_S
            self._ready.append((self._now + prepared_s, job.revision, text))
            if self._turns.state is State.PAUSED and self._heard.ends(text, language):
                # As a goodbye is prepared: see caller.note_prepared.
                self._wait_for_silence(self._settings.endpoint.fast_s)

    def _speak(self) -> None:
        """Another frame of the agent's, and the lines that it said of its own accord."""
        line = self._agent.line(self._now)
        waits = self._turns.state is State.PAUSED and self._jobs
        if line is not None and not (waits and self._now < line.begin_s + _WORDS_S):
            self._tell(self._agent.take_line())
        reply = self._playing
        if reply is not None:
            reply.tick()
            if not reply.paused and reply.until_s <= self._now:
                self._playing = None
                self._happen(events.Played(reply.revision))
        self._detector.agent_speaks[0] = self._playing is not None and not self._playing.paused

    def _tell(self, line: Span) -> None:
        """The agent says a line, as it did live; what the caller said before is answered by that."""
        if line.end_s <= self._now:
            return
        memory = self._turns.memory
        attempt = memory.aside or memory.attempt
        waited = memory.state in (State.PAUSED, State.THINKING, State.DOUBTING)
        if waited and attempt is not None and attempt.text:
            self._note(attempt.text, self._now, "line")
        self._happen(events.Tell(line.text))
        self._own[self._turns.revision] = line

    def _happen(self, event: events.Event) -> None:
        before = self._turns.state
        if before is State.ENDED:
            return
        try:
            wanted = self._turns.handle(event)
        except IllegalEvent:  # changed nothing, as in a call
            return
        own_line = isinstance(event, events.Tell)
        if before in _CALLERS and self._turns.state in _AGENTS and not own_line:
            self._decided = self._now, float(self._detector.voice_end[0])
        for action in wanted:
            self._do(action)

    # What is to be done

    def _do(self, action: actions.Action) -> None:
        match action:
            case actions.Transcribe():
                self._jobs.append((self._now + RECOGNITION_S, action))
            case actions.SetSilenceDeadline():
                self._wait_for_silence(action.seconds)
            case actions.SetTimer():
                self._timer = None if action.seconds is None else self._now + action.seconds
            case actions.Say():
                self._ready.append((self._now, action.revision, ""))
            case actions.Play():
                self._play(action)
            case actions.Unanswered():
                self._note(action.text, self._now, "unanswered", taken_up=bool(action.repeats))
            case actions.PausePlayout() if self._playing is not None:
                self._playing.paused = True
            case actions.ResumePlayout() if self._playing is not None:
                self._playing.paused = False
                self._overlap("resumed", really=action.barge_in)
            case actions.StopPlayout():
                self._playing = None
                self._overlap("interrupted", really=action.barge_in)
            case _:
                pass

    def _wait_for_silence(self, seconds: float | None) -> None:
        self._deadlines.append(NO_DEADLINE if seconds is None else int(seconds * SAMPLE_RATE))

    def _overlap(self, outcome: Outcome, *, really: bool) -> None:
        if not really:
            return
        self._overlaps.append(Overlap(round(self._now, 3), outcome))
        if outcome == "resumed" and self._turned:
            # Who only acknowledges has not gone on.
            self._turned[-1] = replace(self._turned[-1], went_on_s=self._went_on_before)

    def _play(self, action: actions.Play) -> None:
        if not action.text:
            line = self._own.pop(action.revision, None)
            text, until_s = (line.text, line.end_s) if line is not None else ("", self._now)
            self._playing = playing(action.revision, text, self._now, until_s)
            return
        decided_s, voice_end_s = self._decided or (self._now, float(self._detector.voice_end[0]))
        self._decided = decided_s, voice_end_s
        self._note(action.text, decided_s, "silence", taken_up=bool(action.repeats))
        self._playing = self._agent.answer(action.revision, voice_end_s, self._now)

    def _note(self, text: str, decided_s: float | None, by: By, *, taken_up: bool = False) -> None:
        """Remember a turn; `taken_up`: it has the words of the one before again."""
        if taken_up and self._turned:
            self._turned[-1] = replace(self._turned[-1], taken_up=True)
        voice_end_s = self._decided[1] if self._decided is not None else float(self._detector.voice_end[0])
        begin_s = self._turns.caller.start / SAMPLE_RATE
        self._turned.append(
            Turn(
                round(begin_s, 3),
                round(max(voice_end_s, begin_s), 3),
                None if decided_s is None else round(decided_s, 3),
                text,
                by,
            )
        )
        self._decided = None
