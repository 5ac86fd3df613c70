"""Acts a script on a call, and turns what was sent and heard into figures."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from caller.errors import CallEnded
from caller.phone.call import Heard, PhoneCall, Tracks
from caller.phone.line import Utterance
from caller.report import CallReport, Greeting, Quality, TurnReport
from caller.script import Script, Step, asks_to_wait, missing
from caller.sound.clip import Clip, from_wav
from caller.sound.ears import Ears
from caller.sound.measure import Span, answer_delay, last_voice, pauses, spans, stop_delay
from caller.sound.voice import Voice

_HANGUP_S = 10.0
_TAIL_S = 0.3


class Audience(Protocol):
    """Is told of the dialogue as it happens; times are seconds since the call was answered."""

    def answered(self, extension: str) -> None:
        """The call was answered."""

    def caller(self, at: float, text: str) -> None:
        """The caller begins to say or do something."""

    def agent(self, at: float, text: str, delay: float | None) -> None:
        """The agent has said something, `delay` seconds after the caller by the live clock."""

    def remark(self, at: float, text: str) -> None:
        """Something else happened."""


def clips_of(script: Script, path: Path, voice: Voice) -> dict[int, Clip]:
    """Return the sound of every step that speaks, by its number; made before the call so that none waits for it."""
    clips: dict[int, Clip] = {}
    for i, step in enumerate(script.steps):
        if step.say is not None:
            clips[i] = voice.speak(step.say)
        elif step.wav is not None:
            clips[i] = from_wav(path.parent / step.wav)
    return clips


@dataclass
class Act:
    """What happened in one step; times are seconds of CLOCK_MONOTONIC."""

    step: Step
    begun: float
    utterance: Utterance | None = None
    heard: Heard | None = None
    text: str = ""


@dataclass
class Conversation:
    """One call by a script; `run` it, then `report` on it when the call is over."""

    call: PhoneCall
    script: Script
    clips: Mapping[int, Clip]
    ears: Ears | None
    """Writes the agent's words down between turns; None: nothing is written down, and words are not checked."""
    audience: Audience
    acts: list[Act] = field(default_factory=list)
    greeting: Heard | None = None
    greeting_text: str = ""
    hung_up_by_agent: bool = False

    async def run(self) -> None:
        """Act every step; ends early when the other side ends the call or an answer does not come."""
        if self.script.greeted:
            self.greeting = await self._listen(self.call.answered_at, self._interruption(0))
            self.greeting_text = await self._tell(self.greeting, None)
        for i, step in enumerate(self.script.steps):
            if self.call.is_over:
                self._remark(f"the call is over: {self.call.end_reason}")
                break
            act = Act(step, time.monotonic())
            self.acts.append(act)
            try:
                await self._act(i, act)
            except CallEnded:
                continue
            if step.needs_answer and act.heard is None:
                self._remark(f"no answer within {self.script.timeout:g} s")
                break
            if step.expect_hangup:
                self.hung_up_by_agent = await self.call.ended(_HANGUP_S) and not self.call.ended_by_us
        await self.call.hangup()

    async def _act(self, i: int, act: Act) -> None:
        step = act.step
        self.audience.caller(act.begun - self.call.answered_at, _words(step))
        if step.wait is not None:
            await self.call.ended(step.wait)
        elif step.press is not None:
            await self.call.press(step.press)
        else:
            act.utterance = self.call.speak(self.clips[i])
            await act.utterance.finished
        if not step.needs_answer:
            return
        # An interruption is answered after it; what was interrupted may go on for a moment, and is not its answer.
        since = act.begun if step.interrupt_after is None else time.monotonic() + _TAIL_S
        act.heard = await self._listen(since, self._interruption(i + 1))
        said_end = act.utterance.end if act.utterance else None
        act.text = await self._tell(act.heard, said_end)
        while act.heard and asks_to_wait(self.script, act.text):
            act.heard, act.text = await self._wait_on(act.heard)

    async def _wait_on(self, filler: Heard) -> tuple[Heard | None, str]:
        """Hear the answer that follows a filler; together they are the agent's turn."""
        rest = await self._listen(filler.end + _TAIL_S, None)
        text = await self._tell(rest, None)
        return (Heard(filler.start, rest.end, rest.cut_short) if rest else None), text

    def _interruption(self, i: int) -> float | None:
        """After how many seconds of the agent's turn step i begins, if it interrupts."""
        return self.script.steps[i].interrupt_after if i < len(self.script.steps) else None

    async def _listen(self, since: float, at_most: float | None) -> Heard | None:
        return await self.call.listen(
            since=since, silence=self.script.silence, within=self.script.timeout, at_most=at_most
        )

    async def _tell(self, heard: Heard | None, said_end: float | None) -> str:
        """Write down a turn of the agent and tell the audience; the agent waits meanwhile, and nothing is measured."""
        if heard is None:
            return ""
        text = ""
        interrupted = (
            heard.cut_short and not self.call.is_over
        )  # speaks this moment: written down after the call
        if self.ears and not interrupted:
            clip = self.call.heard_between(heard.start - 0.1, heard.end + _TAIL_S)
            text = await self.ears.transcribe(clip)
        delay = None if said_end is None else heard.start - said_end
        self.audience.agent(heard.start - self.call.answered_at, text or "…", delay)
        return text

    def _remark(self, text: str) -> None:
        self.audience.remark(time.monotonic() - self.call.answered_at, text)

    async def report(self, extension: str) -> CallReport:
        """Measure the call, which is over."""
        tracks = await self.call.tracks()
        await self._write_down_interrupted(tracks)
        said, heard = spans(tracks.sent), spans(tracks.received)
        turns = [self._turn(act, tracks, said, heard) for act in self.acts if act.step.is_reported]
        first = heard[0] if heard and self.script.greeted else None
        answered = self.call.answered_at
        wrong = self._failures(turns)
        quality = tracks.received_quality
        return CallReport(
            agent=self.script.agent,
            extension=extension,
            codec=self.call.codec,
            clock=tracks.received.clock,
            clock_remark=tracks.remark,
            greeting_s=_rounded(first.start - answered) if first else None,
            greeting=Greeting(self.greeting_text, first.level_dbfs) if first else None,
            turns=turns,
            ok=not wrong,
            failures=wrong,
            duration_s=round((self.call.ended_at or time.monotonic()) - answered, 3),
            hung_up_by="caller" if self.call.ended_by_us else "agent",
            quality=Quality.of(quality) if quality else None,
            sent_quality=Quality.of(tracks.sent_quality) if tracks.sent_quality else None,
        )

    async def _write_down_interrupted(self, tracks: Tracks) -> None:
        """Write down what was being interrupted, for which there was no time during the call."""
        if not self.ears:
            return
        last = tracks.received.times[-1] if len(tracks.received.times) else 0.0
        if self.greeting and self.greeting.cut_short and not self.greeting_text:
            self.greeting_text = await self._late(self.greeting, tracks, last)
        for act in self.acts:
            if act.heard and act.heard.cut_short and not act.text:
                act.text = await self._late(act.heard, tracks, last)

    async def _late(self, heard: Heard, tracks: Tracks, last: float) -> str:
        assert self.ears is not None
        through = [s for s in spans(tracks.received) if s.start <= heard.end <= s.end]
        end = through[0].end if through else heard.end
        return await self.ears.transcribe(
            tracks.received.between(heard.start - 0.1, min(end + _TAIL_S, last))
        )

    def _turn(self, act: Act, tracks: Tracks, said: list[Span], heard: list[Span]) -> TurnReport:
        said_start, said_end = self._said(act, said)
        interrupts = act.step.interrupt_after is not None
        # The answer to an interruption begins when the caller has ended; any other may, wrongly, begin before.
        delay = answer_delay(said_end if interrupts else said_start, said_end, heard)
        answer = [s for s in heard if act.heard and act.heard.start - 0.1 <= s.start <= act.heard.end]
        inner = pauses(tracks.received, answer[0].start, answer[-1].end, 0.25) if answer else []
        return TurnReport(
            said=_words(act.step),
            heard=act.text,
            voice_to_voice_s=_rounded(delay) if act.heard and act.utterance else None,
            said_at_s=_rounded(said_start - self.call.answered_at),
            said_s=_rounded(said_end - said_start),
            heard_s=_rounded(answer[-1].end - answer[0].start) if answer else None,
            level_dbfs=round(sum(s.level_dbfs for s in answer) / len(answer), 1) if answer else None,
            longest_pause_s=_rounded(max((length for _, length in inner), default=0.0)) if answer else None,
            stop_s=_rounded(self._stop(act, said_start, heard)) if interrupts else None,
            interrupts=interrupts,
            pressed=act.step.press or "",
            answered=act.heard is not None or not act.step.needs_answer,
            missing=missing(act.step, act.text) if self.ears else [],
            hung_up=self.hung_up_by_agent if act.step.expect_hangup else None,
        )

    def _stop(self, act: Act, start: float, heard: list[Span]) -> float | None:
        """How soon the agent fell silent; after a key it has nothing to say until the caller speaks."""
        if act.step.press is None or act.step.needs_answer:
            return stop_delay(start, heard)
        later = [other.begun for other in self.acts if other.begun > act.begun and other.step.speaks]
        return last_voice(start, min(later, default=heard[-1].end if heard else start), heard)

    def _said(self, act: Act, said: list[Span]) -> tuple[float, float]:
        """First and last voiced packet of an utterance on the tracks' clock, or when the keys were pressed."""
        if act.utterance is None or act.utterance.start is None or act.utterance.end is None:
            return act.begun, act.begun
        # The pcm clock is a little early (see track.py), and steps are further apart than this.
        mine = [s for s in said if act.utterance.start - 0.05 <= s.start <= act.utterance.end + 0.15]
        if not mine:
            return act.utterance.start, act.utterance.end
        return mine[0].start, mine[-1].end

    def _failures(self, turns: list[TurnReport]) -> list[str]:
        wrong: list[str] = []
        if self.script.greeted and self.greeting is None:
            wrong.append("the agent did not greet")
        for number, turn in enumerate(turns, 1):
            if not turn.answered:
                wrong.append(f"turn {number} ({turn.said!r}) was not answered")
            wrong += [f"turn {number}: the answer lacks {word}" for word in turn.missing]
            if turn.hung_up is False:
                wrong.append(f"turn {number}: the agent did not hang up")
        left = sum(1 for step in self.script.steps if step.is_reported) - len(turns)
        if left:
            wrong.append(f"{left} turns were not reached: {self.call.end_reason or 'the call was ended'}")
        return wrong


def _words(step: Step) -> str:
    if step.say is not None:
        return step.say
    if step.wav is not None:
        return step.wav
    return f"presses {step.press}" if step.press is not None else f"waits {step.wait:g} s"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
