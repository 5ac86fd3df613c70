"""What happens when the caller speaks over the agent: a pause at once, the judgement afterwards."""

from gateway.turns.actions import (
    Action,
    Cancel,
    PausePlayout,
    ResumePlayout,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
)
from gateway.turns.core import Answered, Core
from gateway.turns.events import (
    Played,
    ReplyFailed,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.overlap_words import wants_turn
from parley.audio import SAMPLE_RATE

_TOO_LATE = SAMPLE_RATE
"""Who speaks over the first second of an answer has not heard it, and may only be going on."""


class Overlap(Core):
    """Handlers of INTERRUPTED, and the way into it."""

    def _speak_over_agent(self, event: SpeechStarted) -> list[Action]:
        self._note_talking(event)
        if self._speaking is None or not self._interruptible:
            return []
        if event.played > _TOO_LATE:
            self._answered = None
        self.state = State.INTERRUPTED
        return [PausePlayout(), SetTimer(self._settings.interruption_s)]

    def _pause_over_agent(self, event: SpeechPaused) -> list[Action]:
        return [self._try(event.sample)]

    def _go_on_over_agent(self, _event: SpeechStarted) -> list[Action]:
        self._talking = True
        return self._drop_attempt()

    def _judge(self, event: Transcribed) -> list[Action]:
        """The caller's words tell whether the agent goes on."""
        if event.revision != self._attempt:  # told twice: what the agent is answering
            return []
        if not wants_turn(event.text, event.confidence, event.over, event.language):
            return self._resume()
        self.state = State.PAUSED
        if self._answered is not None:
            return self._take_up_turn(self._answered)
        self._take_words(event.text)
        return [*self._yield_turn(), SetTimer(None), self._wait_for_end(event)]

    def _take_up_turn(self, answered: Answered) -> list[Action]:
        """The agent had begun too early: what the caller says belongs to what they said before, and all is answered."""
        self._begin_again(answered)
        self._speaking = self._leaving = None
        drop = [StopPlayout(barge_in=True), *self._drop_attempt(), SetTimer(None)]
        return [*drop, self._try(self._end), SetSilenceDeadline(self._settings.endpoint.open_s)]

    def _begin_again(self, answered: Answered) -> None:
        self._start, self._repeats = answered.start, answered.text

    def _fail_over_agent(self, event: ReplyFailed) -> list[Action]:
        """The caller's words could not be written down: they are not waited for."""
        return self._resume() if event.revision == self._attempt else self._note_over(event)

    def _settle(self, event: TimerFired) -> list[Action]:
        """No words have come back, or the bursts of sound do not end: the agent cannot be silent for ever."""
        return self._take_turn(event) if self._talking else self._resume()

    def _resume(self) -> list[Action]:
        self.state = State.GREETING if self._speaking == 0 else State.AGENT_SPEAKING
        return [*self._drop_attempt(), SetTimer(None), ResumePlayout()]

    def _take_turn(self, _event: SpeechSustained | TimerFired) -> list[Action]:
        """Nobody acknowledges for so long: the turn is the caller's, whatever the words are."""
        self.state = State.CALLER_SPEAKING
        if self._answered is not None:
            self._begin_again(self._answered)
        return [*self._yield_turn(), SetTimer(None)]

    def _yield_turn(self) -> list[Action]:
        """Give up what the agent was saying, and all before the attempt at what the caller says."""
        self._speaking = None
        self._leaving = None
        stale = self.revision if self._attempt is None else self._attempt - 1
        return [StopPlayout(barge_in=True), Cancel(stale)]

    def _end_under_speech(self, event: Played) -> list[Action]:
        """The last of the reply went out just as the caller began to speak: nothing is left to go on with."""
        self._speaking = None
        if event.revision in self._hang_up_after or self._leaving:
            return self._hang_up(self._leaving or "completed")
        if event.revision in self._transfer_after:
            return self._want_transfer(event.revision)
        self.state = State.CALLER_SPEAKING if self._talking else State.PAUSED
        return [SetTimer(None), SetSilenceDeadline(None if self._talking else self._settings.endpoint.open_s)]
