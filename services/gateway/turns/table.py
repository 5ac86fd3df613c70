"""Turn-taking: whose turn it is, in one table. Pure: no clock, no I/O; time comes in as events.

The caller's pause starts an attempt (a revision) at transcript and answer before it is known whether the turn is over;
the end of the turn, decided by silence and by how finished the words sound, commits it. Speech over the agent pauses
playout at once and is judged afterwards: an acknowledgement lets the agent go on, anything else takes the turn.

    GREETING ──played──► LISTENING ◄──nothing said── PAUSED ◄──pause── CALLER_SPEAKING
        │                    │ speech                 │  ▲ │ speech again    ▲  ▲
        │                    └──────────────────────► │  │ └─────────────────┘  │
        │ speech                                 over │  │ real words           │ goes on for long
        └──────► INTERRUPTED ◄──speech── AGENT_SPEAKING │                       │
                      │ └── "uh-huh" ───────►  ▲ reply  │                       │
                      └───────────────────────►│────────┘───────────────────────┘
                                            THINKING
"""

from collections.abc import Callable
from typing import Any

from gateway.turns.actions import Action, Say, SetTimer
from gateway.turns.caller import CallerTurn
from gateway.turns.events import (
    Event,
    HandOver,
    IllegalEvent,
    Leave,
    Played,
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    SilenceReached,
    Skip,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    State,
    Tell,
    TimerFired,
    Transcribed,
)
from gateway.turns.guided import Guided
from gateway.turns.overlap import Overlap


class Turns(CallerTurn, Guided, Overlap):
    """One call's turn-taking: feed it events with `handle`, carry out the actions it returns."""

    def begin(self, opening: str = "") -> list[Action]:
        """Return what is to be done when the call has been answered; `opening` takes the greeting's place."""
        greeting = Say("line", 0, 0, opening) if opening else Say("greeting", 0, 0)
        return [greeting, SetTimer(self._settings.reply_timeout_s)]

    def end(self) -> None:
        """The call is over, for whatever reason."""
        self.state = State.ENDED

    def handle(self, event: Event) -> list[Action]:
        """Take an event in; return what is to be done, in order. Raise IllegalEvent, changing nothing.

        What arrives for a revision that has been overtaken is no error and is ignored, in any state.
        """
        revision = getattr(event, "revision", None)
        if revision is not None and revision not in (self._attempt, self._speaking):
            return []
        handler = TABLE.get((self.state, type(event)))
        if handler is None:
            raise IllegalEvent(self.state, event)
        return handler(self, event)


TABLE: dict[tuple[State, type[Event]], Callable[[Turns, Any], list[Action]]] = {
    (State.GREETING, SpeechStarted): Turns._speak_over_agent,
    (State.GREETING, SpeechPaused): Turns._note_quiet,
    (State.GREETING, SpeechSustained): Turns._ignore,
    (State.GREETING, ReplyReady): Turns._play,
    (State.GREETING, ReplyComplete): Turns._end_greeting,
    (State.GREETING, ReplyFailed): Turns._end_greeting,
    (State.GREETING, TimerFired): Turns._fail_greeting,
    (State.GREETING, Played): Turns._end_reply,
    (State.GREETING, Leave): Turns._leave,
    (State.LISTENING, SpeechStarted): Turns._new_turn,
    # Sent before the wish for it was taken back, because there had been no words.
    (State.LISTENING, SilenceReached): Turns._ignore,
    (State.LISTENING, TimerFired): Turns._ask_or_leave,
    (State.LISTENING, Leave): Turns._leave,
    (State.CALLER_SPEAKING, SpeechPaused): Turns._pause,
    (State.CALLER_SPEAKING, SpeechSustained): Turns._ignore,
    (State.CALLER_SPEAKING, Leave): Turns._leave,
    (State.PAUSED, SpeechStarted): Turns._go_on,
    (State.PAUSED, Transcribed): Turns._hear_words,
    (State.PAUSED, ReplyReady): Turns._note_ready,
    (State.PAUSED, ReplyComplete): Turns._note_prepared,
    (State.PAUSED, ReplyFailed): Turns._note_over,
    (State.PAUSED, SilenceReached): Turns._commit,
    (State.PAUSED, Leave): Turns._leave,
    (State.THINKING, SpeechStarted): Turns._speak_before_agent,
    # The caller was speaking when the call had to end.
    (State.THINKING, SpeechPaused): Turns._note_quiet,
    (State.THINKING, SpeechSustained): Turns._ignore,
    (State.THINKING, SilenceReached): Turns._ignore,
    (State.THINKING, Transcribed): Turns._hear_words_late,
    (State.THINKING, ReplyReady): Turns._play,
    (State.THINKING, ReplyComplete): Turns._end_unspoken,
    (State.THINKING, ReplyFailed): Turns._fail,
    (State.THINKING, TimerFired): Turns._fill_or_fail,
    (State.THINKING, Leave): Turns._leave,
    (State.AGENT_SPEAKING, SpeechStarted): Turns._speak_over_agent,
    (State.AGENT_SPEAKING, SpeechPaused): Turns._note_quiet,
    (State.AGENT_SPEAKING, SpeechSustained): Turns._ignore,
    # A shorter silence was asked for just as the longer one had passed.
    (State.AGENT_SPEAKING, SilenceReached): Turns._ignore,
    # Two workers wrote the same words down: one had seemed dead.
    (State.AGENT_SPEAKING, Transcribed): Turns._ignore,
    (State.AGENT_SPEAKING, ReplyReady): Turns._ignore,
    (State.AGENT_SPEAKING, ReplyComplete): Turns._note_transfer,
    (State.AGENT_SPEAKING, ReplyFailed): Turns._note_over,
    (State.AGENT_SPEAKING, Played): Turns._end_reply,
    (State.AGENT_SPEAKING, Leave): Turns._leave,
    (State.INTERRUPTED, SpeechStarted): Turns._go_on_over_agent,
    (State.INTERRUPTED, SpeechPaused): Turns._pause_over_agent,
    (State.INTERRUPTED, SpeechSustained): Turns._take_turn,
    (State.INTERRUPTED, SilenceReached): Turns._ignore,
    (State.INTERRUPTED, Transcribed): Turns._judge,
    (State.INTERRUPTED, ReplyReady): Turns._note_ready,
    (State.INTERRUPTED, ReplyComplete): Turns._note_over,
    (State.INTERRUPTED, ReplyFailed): Turns._fail_over_agent,
    (State.INTERRUPTED, Played): Turns._end_under_speech,
    # No words came back: whatever it was, the caller is waiting.
    (State.INTERRUPTED, TimerFired): Turns._settle,
    (State.INTERRUPTED, Leave): Turns._leave,
    # Nothing that the caller says or does keeps the call from being handed over.
    (State.TRANSFERRING, SpeechStarted): Turns._note_talking,
    (State.TRANSFERRING, SpeechPaused): Turns._note_quiet,
    (State.TRANSFERRING, SpeechSustained): Turns._ignore,
    (State.TRANSFERRING, SilenceReached): Turns._ignore,
    (State.TRANSFERRING, Transcribed): Turns._ignore,
    (State.TRANSFERRING, ReplyReady): Turns._play,
    (State.TRANSFERRING, ReplyComplete): Turns._note_while_transferring,
    (State.TRANSFERRING, ReplyFailed): Turns._note_while_transferring,
    (State.TRANSFERRING, Played): Turns._handed_over,
    (State.TRANSFERRING, TimerFired): Turns._handed_over,
    (State.TRANSFERRING, Leave): Turns._leave_transferring,
    # Keys and menus act in every state.
    **{(state, Tell): Turns._tell for state in State if state is not State.ENDED},
    **{(state, HandOver): Turns._hand_over for state in State if state is not State.ENDED},
    (State.LISTENING, Skip): Turns._wait_for_choice,
    (State.CALLER_SPEAKING, Skip): Turns._wait_for_choice,
    (State.PAUSED, Skip): Turns._wait_for_choice,
    (State.THINKING, Skip): Turns._skip_unspoken,
    (State.TRANSFERRING, Skip): Turns._ignore,
    (State.GREETING, Skip): Turns._skip,
    (State.AGENT_SPEAKING, Skip): Turns._skip,
    (State.INTERRUPTED, Skip): Turns._skip_under_speech,
}
"""Every event that can happen in every state; any other pair is illegal."""
