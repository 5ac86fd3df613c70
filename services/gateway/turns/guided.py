"""What call control decides without asking the caller's words: lines to be said now, skipping, and handing over."""

from gateway.turns.actions import (
    Action,
    Cancel,
    HandedOver,
    NoChoice,
    Protect,
    Say,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
)
from gateway.turns.agent import AgentTurn
from gateway.turns.events import (
    HandOver,
    Leave,
    Played,
    ReplyComplete,
    ReplyFailed,
    Skip,
    State,
    Tell,
    TimerFired,
)


class Guided(AgentTurn):
    """Handlers of TRANSFERRING, and of what may happen in any state."""

    def _tell(self, event: Tell) -> list[Action]:
        """Say this line now, whatever was going on; then wait for the caller."""
        if self._leaving == "completed":
            return []
        silence = self._fall_silent()
        say = self._say_text(State.THINKING, event.text)
        self._choice_s = event.wait_s
        if event.hang_up:
            self._hang_up_after.add(self.revision)
        return [*silence, *say]

    def _hand_over(self, event: HandOver) -> list[Action]:
        """Say the handoff sentence, which nothing cuts short; the call is somebody else's after it."""
        if self._leaving == "completed":
            return []
        return [*self._fall_silent(), *self._say_text(State.TRANSFERRING, event.text)]

    def _fall_silent(self) -> list[Action]:
        stop: list[Action] = [] if self._speaking is None else [StopPlayout(barge_in=False)]
        self._speaking = None
        self._leaving = None
        self._prompts = 0
        self._choice_s = None
        return [*stop, Cancel(self.revision), SetSilenceDeadline(None)]

    def _say_text(self, state: State, text: str) -> list[Action]:
        self.state = state
        self._new_attempt(own_line=True)
        return [Say("line", self.turn, self.revision, text), SetTimer(self._settings.reply_timeout_s)]

    # The caller skips what the agent says

    def _wait_for_choice(self, event: Skip) -> list[Action]:
        """Nobody speaks, or the caller does: only the time for the choice begins anew."""
        self._choice_s = event.wait_s or self._choice_s
        listening = self.state is State.LISTENING and event.wait_s is not None
        return [SetTimer(event.wait_s)] if listening else []

    def _skip_unspoken(self, event: Skip) -> list[Action]:
        """A line that asks for what is being typed already need not be said; an answer is waited for."""
        self._choice_s = event.wait_s or self._choice_s
        if event.wait_s is None or not self._own_line or self._leaving:
            return []
        return self._listen([*self._drop_attempt(), SetSilenceDeadline(None)])

    def _skip(self, event: Skip) -> list[Action]:
        self._choice_s = event.wait_s or self._choice_s
        if self._speaking is None or not self._interruptible:
            return []
        stop: list[Action] = [StopPlayout(barge_in=False), Cancel(self.revision)]
        return [*stop, *self._end_reply(Played(self._speaking))]

    def _skip_under_speech(self, event: Skip) -> list[Action]:
        """The caller speaks, too: the turn is theirs."""
        self._choice_s = event.wait_s or self._choice_s
        self._speaking = self._leaving = None
        stale = self.revision if self._attempt is None else self._attempt - 1
        self.state = State.CALLER_SPEAKING if self._talking else State.PAUSED
        deadline = SetSilenceDeadline(None if self._talking else self._settings.endpoint.open_s)
        return [StopPlayout(barge_in=False), Cancel(stale), SetTimer(None), deadline]

    # The call is being given to a person

    def _note_while_transferring(self, event: ReplyComplete | ReplyFailed) -> list[Action]:
        """A handoff sentence without a sound does not keep the caller."""
        return [] if event.revision == self._speaking else self._handed_over(event)

    def _handed_over(self, _event: Played | TimerFired | ReplyComplete | ReplyFailed) -> list[Action]:
        self._speaking = self._attempt = None
        return [SetTimer(None), HandedOver()]

    def _leave_transferring(self, _event: Leave) -> list[Action]:
        return self._hang_up("completed")

    # Menus

    def _note_transfer(self, event: ReplyComplete) -> list[Action]:
        """What is being spoken hands the call over: it is heard to its end."""
        self._note_over(event)
        if event.action != "transfer" or event.revision != self._speaking:
            return []
        self._interruptible = False
        return [Protect()]

    def _ask_or_leave(self, event: TimerFired) -> list[Action]:
        if self._choice_s is None:
            return super()._ask_or_leave(event)
        self._choice_s = None
        return [SetTimer(self._settings.caller_silence_s), NoChoice()]
