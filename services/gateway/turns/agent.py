"""What happens while the turn is the agent's, and when nobody speaks."""

from gateway.turns.actions import Action, Fill, SetSilenceDeadline, SetTimer, StopPlayout
from gateway.turns.core import Core
from gateway.turns.events import Leave, Played, ReplyComplete, ReplyFailed, State, TimerFired, Transcribed


class AgentTurn(Core):
    """Handlers of GREETING, LISTENING, THINKING and AGENT_SPEAKING."""

    def _hear_words_late(self, event: Transcribed) -> list[Action]:
        if not event.text:
            return self._listen(self._drop_attempt())
        self._take_words(event.text)
        return []

    def _fill_or_fail(self, event: TimerFired) -> list[Action]:
        """The answer takes long: bridge the wait once, then give it up."""
        settings = self._settings
        if self._own_line or self._filled or not settings.filler_after_s:
            return self._fail(event)
        self._filled = True
        return [
            Fill(),
            SetTimer(max(settings.filler_after_s, settings.reply_timeout_s - settings.filler_after_s)),
        ]

    def _end_unspoken(self, event: ReplyComplete) -> list[Action]:
        """The reply has ended before any of it could be spoken."""
        self._note_over(event)
        return self._fail()

    def _end_greeting(self, event: ReplyComplete | ReplyFailed) -> list[Action]:
        return self._fail_greeting() if self._speaking is None else self._note_over(event)

    def _fail_greeting(self, _event: TimerFired | None = None) -> list[Action]:
        """Without a word to begin with there is no call."""
        return self._hang_up("failed")

    def _end_reply(self, event: Played) -> list[Action]:
        self._speaking = None
        if self._leaving:
            return self._hang_up(self._leaving)
        if event.revision in self._hang_up_after:
            return self._hang_up("completed")
        if event.revision in self._transfer_after:
            return self._want_transfer(event.revision)
        if self._talking:  # over a reply that may not be interrupted
            self.state = State.CALLER_SPEAKING
            return []
        return self._listen([])

    def _ask_or_leave(self, _event: TimerFired) -> list[Action]:
        """The caller says nothing."""
        self._prompts += 1
        if self._prompts == 1:
            return self._say("prompt")
        self._leaving = "silent"
        return self._say("farewell")

    def _leave(self, _event: Leave) -> list[Action]:
        """Say goodbye, now, unless that is being done already."""
        if self._leaving == "completed":
            return []
        self._leaving = "completed"
        stop: list[Action] = [] if self._speaking is None else [StopPlayout(barge_in=False)]
        self._speaking = None
        return [*stop, *self._drop_attempt(), SetSilenceDeadline(None), *self._say("farewell")]
