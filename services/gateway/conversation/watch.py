"""What is observed of a call's turns, for metrics and events: times on the clock, and speech over the agent."""

import time

from gateway.conversation import clock
from gateway.conversation.clock import TurnClock
from gateway.conversation.errands import Errands
from gateway.conversation.replies import Reply
from gateway.conversation.speaking import FILLER
from gateway.media.events import SpeechOverlong, SpeechSent, SpeechStarted, SpeechSustained, SpeechWentOn
from gateway.turns import events as turn_events
from gateway.turns.end_of_turn import Silences
from gateway.waits import Waits
from parley import log
from parley.messages import Speech, Transcript

_log = log.get("conversation")


class TurnWatch:
    """Is told what happens in one call, and decides nothing."""

    def __init__(
        self, call: str, errands: Errands, endpoint: Silences, budget_s: float, waits: Waits
    ) -> None:
        self._call = call
        self._waits = waits
        self._errands = errands
        self._endpoint = endpoint
        self._budget_s = budget_s
        self._clock: TurnClock | None = None
        self._voice_end = 0.0
        self._silence_s: float | None = None
        """The silence that is waited for."""
        self._stop_s: float | None = None
        """How long the agent went on speaking after the caller had begun to speak over it."""
        self._silent_since: float | None = None
        """When the last speech was sent of a reply that the caller spoke over (monotonic seconds)."""
        self.heard = ""
        """Words of an interrupted reply that are not yet part of the history."""
        self.over = ""
        """The agent's words just before the caller spoke over it: an echo brings them back."""
        self.asking = ""
        """The question that the caller had as good as heard when they spoke over the agent."""
        self._answered_end: float | None = None
        """When the caller's voice ended to which the newest answer came; None: it answers no voice."""

    # The clock of a turn

    def paused(self, voice_end: float) -> None:
        """The caller's voice ended (monotonic seconds)."""
        self._voice_end = voice_end

    def asked(self) -> None:
        """A transcription is asked for: an attempt at the turn begins."""
        self._clock = TurnClock(voice_end=self._voice_end, asked=time.monotonic())

    def transcribed(self, message: Transcript, *, current: bool) -> None:
        """Words came, or none; of the attempt that counts if `current`."""
        if self._clock and current:
            self._clock.stt_s = message.queue_s + message.work_s
        if not message.text:
            clock.WORDLESS.labels(self._agent).inc()

    def came(self, speech: Speech, awaited: int, *, first: bool) -> None:
        """Speech arrived, the first of a reply or more; it counts if it is of the revision that is `awaited`."""
        if speech.revision != awaited:
            return
        if first:
            self._answered_end = self._clock.voice_end if self._clock else None
            if self._clock:
                self._clock.ready = time.monotonic()
                self._clock.timing = speech.timing
        elif speech.timing is not None and self._answered_end is not None:
            after = round(time.monotonic() - self._answered_end, 4)
            self._errands.emit("written", revision=speech.revision, after_s=after)

    def waits(self, silence_s: float | None) -> None:
        """So long a silence will end the turn."""
        self._silence_s = silence_s

    def ended(self) -> None:
        """The silence that was waited for has ended the turn."""
        if self._clock:
            self._clock.committed = time.monotonic()
        reason = clock.endpoint_reason(self._silence_s, self._endpoint.fast_s, self._endpoint.slow_s)
        clock.ENDPOINTS.labels(self._agent, reason).inc()

    def committed(self) -> None:
        """The answer may play: the turn is over, if no silence has ended it before."""
        if self._clock and self._clock.committed is None:
            self._clock.committed = time.monotonic()

    def bridge_after_s(self, words_s: float) -> float:
        """When words of so many seconds had best bridge the wait for an answer."""
        return self._waits.bridge_after_s(self._agent, words_s)

    def set_aside(self) -> None:
        """What is said next is no answer to a turn."""
        self._clock = None

    def sent(self, event: SpeechSent, playing: Reply | None, turn: int) -> None:
        """The agent's voice is on the wire: the clock of a turn stops here."""
        self._errands.emit("agent_speaks", at=event.at, revision=event.reply)
        if self._clock is not None and event.reply == FILLER:
            self._clock.filler_sent = event.at
        if self._clock is None or playing is None or event.reply != playing.revision:
            return
        waterfall = self._clock.report(self._agent, event.at, self._budget_s)
        self._waits.note(self._agent, self._clock.wait_s)
        self._clock = None
        self._errands.emit("turn", at=event.at, turn=turn, revision=event.reply, **waterfall)
        _log.info("turn answered", call=self._call, turn=turn, **waterfall)

    # Speech over the agent

    def spoken(self, event: SpeechStarted, playing: Reply | None) -> None:
        """The caller speaks, over the reply that may be playing."""
        self._stop_s = self._silent_since = None
        self.asking = ""
        if playing is not None and event.played:
            self.asking = playing.asking(event.played)
            self.heard = "" if event.faint else playing.heard(event.played)
            # What is faint is looked at when all of the reply is over.
            self.over = playing.text if event.faint else playing.just_said(event.played)
            self._stop_s = max(0.0, event.last_speech_sent - event.onset)
            self._silent_since = event.last_speech_sent
        self._errands.emit("caller_speaks", at=event.onset)

    def resumed(self) -> None:
        """It was nothing: the agent goes on."""
        self.heard = ""
        self._clock = None
        if self._silent_since is not None:
            clock.BARGE_IN_SILENT.labels(self._agent).observe(time.monotonic() - self._silent_since)
        self._barge_in("resumed")

    def interrupted(self) -> None:
        """The caller has taken the turn."""
        if self._stop_s is not None:
            clock.BARGE_IN_STOP.labels(self._agent).observe(self._stop_s)
        self._barge_in("interrupted")

    def concluded(self, reply: Reply, played: int) -> None:
        """A reply is over, its first `played` samples were heard, and it becomes part of the history."""
        self.heard = ""
        if reply.interrupted:
            clock.REPLY_HEARD.labels(self._agent).observe(reply.heard_ratio(played))

    def _barge_in(self, outcome: str) -> None:
        clock.BARGE_INS.labels(self._agent, outcome).inc()
        self._errands.emit("barge_in", outcome=outcome, stop_s=self._stop_s)

    @property
    def _agent(self) -> str:
        return self._errands.agent.name


def told(event: SpeechSustained | SpeechOverlong | SpeechWentOn) -> turn_events.Event:
    """What it means for turn-taking how the caller's speech goes on."""
    match event:
        case SpeechOverlong():
            return turn_events.SpeechOverlong(event.sample)
        case SpeechWentOn():
            return turn_events.SpeechWentOn()
        case _:
            return turn_events.SpeechSustained()
