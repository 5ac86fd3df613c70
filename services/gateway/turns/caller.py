"""What happens while the turn is the caller's."""

from gateway.turns.actions import Action, SetSilenceDeadline, SetTimer
from gateway.turns.core import Core
from gateway.turns.events import (
    ReplyComplete,
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)


class CallerTurn(Core):
    """Handlers of CALLER_SPEAKING and PAUSED, and of speech before the agent has begun."""

    def _new_turn(self, event: SpeechStarted) -> list[Action]:
        self._note_talking(event)
        self.state = State.CALLER_SPEAKING
        return [SetTimer(None)]

    def _go_on(self, _event: SpeechStarted) -> list[Action]:
        """The caller had only paused: same turn, and what was prepared is worth nothing."""
        self._talking = True
        self.state = State.CALLER_SPEAKING
        return [*self._drop_attempt(), SetSilenceDeadline(None), SetTimer(None)]

    def _speak_before_agent(self, event: SpeechStarted) -> list[Action]:
        """The caller speaks up while an answer, or a line of the agent's own, is on its way."""
        if self._leaving == "completed":
            return self._note_talking(event)
        if not self._own_line:
            return self._go_on(event)
        self._leaving = None
        return [*self._drop_attempt(), *self._new_turn(event)]

    def _pause(self, event: SpeechPaused) -> list[Action]:
        self.state = State.PAUSED
        return [self._try(event.sample), SetSilenceDeadline(self._settings.endpoint.open_s)]

    def _hear_words(self, event: Transcribed) -> list[Action]:
        if not event.text:
            return self._listen([*self._drop_attempt(), SetSilenceDeadline(None)])
        self._take_words(event.text)
        return [self._wait_for_end(event)]

    def _commit(self, _event: SilenceReached) -> list[Action]:
        self.state = State.THINKING
        if self._ready:
            return self._play()
        if self._over:
            return self._fail()
        return [SetTimer(self._settings.filler_after_s or self._settings.reply_timeout_s)]

    def _note_ready(self, event: ReplyReady) -> list[Action]:
        if event.revision == self._attempt:
            self._ready = True
            self._text = self._text or event.text
        return []

    def _note_prepared(self, event: ReplyComplete) -> list[Action]:
        """The whole answer is there before the turn is over. Who says goodbye has finished, however it sounds;
        so has who asks for a person."""
        self._note_over(event)
        finished = event.revision == self._attempt and event.action != "none"
        return [SetSilenceDeadline(self._settings.endpoint.fast_s)] if finished else []

    def _note_quiet(self, _event: SpeechPaused) -> list[Action]:
        self._talking = False
        return []
