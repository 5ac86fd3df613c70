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
from dataclasses import replace
from typing import Any

from gateway.turns import agent, caller, doubt, guided, hold, moves, overlap
from gateway.turns.actions import Action, Say, SetTimer, Written
from gateway.turns.events import (
    Answer,
    Event,
    HandOver,
    Held,
    IllegalEvent,
    Leave,
    PartlyHeard,
    Played,
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    SilenceReached,
    Skip,
    SpeechOverlong,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    SpeechWentOn,
    State,
    Tell,
    TimerFired,
    Transcribed,
    Unheld,
)
from gateway.turns.memory import GREETING, MOST_WRITTEN, CallerTurn, Kept, Memory, TurnSettings

Handler = Callable[[Memory, Any], list[Action]]
"""Changes the memory as the event demands, and returns what is to be done about it, in order."""

_WITH_AGENT = (
    State.GREETING,
    State.LISTENING,
    State.CALLER_SPEAKING,
    State.PAUSED,
    State.THINKING,
    State.DOUBTING,
    State.AGENT_SPEAKING,
    State.INTERRUPTED,
)
"""States in which the caller is the agent's, and hears it."""

TABLE: dict[tuple[State, type[Event]], Handler] = {
    # The detector does not know whose turn it is: speech that is SpeechSustained decides something only over the agent.
    # The media plane does what it is told a tick later: SilenceReached may be on its way when the wish for it is taken
    # back, or another silence is asked for.
    (State.GREETING, SpeechStarted): overlap.speak_over_agent,
    (State.GREETING, SpeechPaused): overlap.pause_unheard,
    (State.GREETING, SpeechSustained): moves.ignore,
    (State.GREETING, ReplyReady): agent.speak,
    (State.GREETING, ReplyComplete): agent.end_greeting,
    (State.GREETING, ReplyFailed): agent.end_greeting,
    (State.GREETING, TimerFired): agent.fail_greeting,
    (State.GREETING, Played): agent.end_reply,
    (State.GREETING, Leave): agent.leave,
    (State.LISTENING, SpeechStarted): caller.new_turn,
    (State.LISTENING, SilenceReached): moves.ignore,
    (State.LISTENING, TimerFired): agent.ask_or_leave,
    (State.LISTENING, Leave): agent.leave,
    (State.CALLER_SPEAKING, SpeechPaused): caller.pause,
    (State.CALLER_SPEAKING, SpeechSustained): moves.ignore,
    (State.CALLER_SPEAKING, Leave): agent.leave,
    (State.PAUSED, SpeechStarted): caller.go_on,
    (State.PAUSED, Transcribed): caller.hear_words,
    (State.PAUSED, ReplyReady): moves.note_ready,
    (State.PAUSED, ReplyComplete): caller.note_prepared,
    (State.PAUSED, ReplyFailed): moves.note_over,
    (State.PAUSED, SilenceReached): caller.commit,
    (State.PAUSED, Leave): agent.leave,
    (State.THINKING, SpeechStarted): doubt.doubt,
    # The caller was speaking when the call had to end.
    (State.THINKING, SpeechPaused): moves.note_quiet,
    (State.THINKING, SpeechSustained): moves.ignore,
    (State.THINKING, SilenceReached): moves.ignore,
    # The silence that ends the turn may be over before the words are there.
    (State.THINKING, Transcribed): agent.hear_words_late,
    (State.THINKING, ReplyReady): agent.speak,
    (State.THINKING, ReplyComplete): agent.end_unspoken,
    (State.THINKING, ReplyFailed): agent.give_up,
    (State.THINKING, TimerFired): agent.fill_or_fail,
    (State.THINKING, Leave): agent.leave,
    (State.DOUBTING, SpeechStarted): doubt.speak_on,
    (State.DOUBTING, SpeechPaused): doubt.pause,
    (State.DOUBTING, SpeechSustained): doubt.take_turn,
    (State.DOUBTING, SilenceReached): moves.ignore,
    (State.DOUBTING, Transcribed): doubt.judge,
    (State.DOUBTING, ReplyReady): doubt.note_ready,
    (State.DOUBTING, ReplyComplete): doubt.note_over,
    (State.DOUBTING, ReplyFailed): doubt.note_over,
    (State.DOUBTING, TimerFired): doubt.settle,
    (State.DOUBTING, Leave): agent.leave,
    (State.DOUBTING, Skip): guided.wait_for_choice,
    (State.AGENT_SPEAKING, SpeechStarted): overlap.speak_over_agent,
    (State.AGENT_SPEAKING, SpeechPaused): overlap.pause_unheard,
    (State.AGENT_SPEAKING, SpeechSustained): moves.ignore,
    (State.AGENT_SPEAKING, SilenceReached): moves.ignore,
    # Two workers wrote the same words down: one had seemed dead.
    (State.AGENT_SPEAKING, Transcribed): moves.ignore,
    (State.AGENT_SPEAKING, ReplyReady): moves.ignore,
    (State.AGENT_SPEAKING, ReplyComplete): agent.note_complete,
    (State.AGENT_SPEAKING, ReplyFailed): moves.note_over,
    (State.AGENT_SPEAKING, Played): agent.end_reply,
    (State.AGENT_SPEAKING, Leave): agent.leave,
    (State.INTERRUPTED, SpeechStarted): overlap.go_on_over_agent,
    (State.INTERRUPTED, SpeechPaused): overlap.pause_over_agent,
    (State.INTERRUPTED, SpeechSustained): overlap.sustain,
    (State.INTERRUPTED, SilenceReached): moves.ignore,
    (State.INTERRUPTED, Transcribed): overlap.judge,
    (State.INTERRUPTED, ReplyReady): moves.note_ready,
    (State.INTERRUPTED, ReplyComplete): moves.note_over,
    (State.INTERRUPTED, ReplyFailed): overlap.fail_over_agent,
    (State.INTERRUPTED, Played): overlap.end_under_speech,
    # No words came back: whatever it was, the caller is waiting.
    (State.INTERRUPTED, TimerFired): overlap.settle,
    (State.INTERRUPTED, Leave): agent.leave,
    # Music or silence comes from a telephone that holds the call; what was there before it may still be on its way.
    (State.HELD, SpeechStarted): moves.note_talking,
    (State.HELD, SpeechPaused): hold.pause_held,
    (State.HELD, SpeechSustained): moves.ignore,
    (State.HELD, SilenceReached): moves.ignore,
    (State.HELD, Transcribed): hold.hear_words_held,
    (State.HELD, ReplyReady): moves.note_ready,
    (State.HELD, ReplyComplete): moves.note_over,
    (State.HELD, ReplyFailed): moves.note_over,
    (State.HELD, Played): hold.end_held,
    (State.HELD, TimerFired): hold.give_up_held,
    (State.HELD, Unheld): hold.unhold,
    (State.HELD, Leave): hold.despite_hold(agent.leave),
    (State.HELD, Skip): moves.ignore,
    # A telephone may hold twice, and a call that people have is held for them.
    **{(state, Held): moves.ignore for state in (State.HELD, State.TRANSFERRING)},
    **{(state, Held): hold.hold for state in _WITH_AGENT},
    **{(state, Unheld): moves.ignore for state in (*_WITH_AGENT, State.TRANSFERRING)},
    # Nothing that the caller says or does keeps the call from being handed over.
    (State.TRANSFERRING, SpeechStarted): moves.note_talking,
    (State.TRANSFERRING, SpeechPaused): moves.note_quiet,
    (State.TRANSFERRING, SpeechSustained): moves.ignore,
    (State.TRANSFERRING, SilenceReached): moves.ignore,
    (State.TRANSFERRING, Transcribed): moves.ignore,
    (State.TRANSFERRING, ReplyReady): agent.speak,
    (State.TRANSFERRING, ReplyComplete): guided.note_while_transferring,
    (State.TRANSFERRING, ReplyFailed): guided.note_while_transferring,
    (State.TRANSFERRING, Played): guided.handed_over,
    (State.TRANSFERRING, TimerFired): guided.handed_over,
    (State.TRANSFERRING, Leave): guided.leave_transferring,
    # Only the caller's own turn can be too long.
    **{(state, SpeechOverlong): moves.ignore for state in State if state is not State.ENDED},
    (State.CALLER_SPEAKING, SpeechOverlong): caller.cut,
    # Words that are a guess, and voices that come and go, mean nothing but over the agent.
    **{(state, PartlyHeard): moves.ignore for state in State if state is not State.ENDED},
    **{(state, SpeechWentOn): moves.ignore for state in State if state is not State.ENDED},
    (State.INTERRUPTED, PartlyHeard): overlap.speak_on_early,
    (State.INTERRUPTED, SpeechWentOn): overlap.hear_more,
    # The agent went on early and came to its end before the caller's pause.
    (State.LISTENING, SpeechPaused): moves.note_quiet,
    (State.LISTENING, SpeechWentOn): overlap.hear_more_after_all,
    (State.LISTENING, SpeechSustained): overlap.hear_more_after_all,
    # Keys and menus act in every state.
    **{(state, Tell): guided.tell for state in State if state is not State.ENDED},
    **{(state, HandOver): guided.hand_over for state in State if state is not State.ENDED},
    (State.HELD, Tell): hold.despite_hold(guided.tell),
    (State.HELD, HandOver): hold.despite_hold(guided.hand_over),
    # Only a call that has just been taken over from another gateway has words that were heard before.
    (State.LISTENING, Answer): guided.answer,
    (State.LISTENING, Skip): guided.wait_for_choice,
    (State.CALLER_SPEAKING, Skip): guided.wait_for_choice,
    (State.PAUSED, Skip): guided.wait_for_choice,
    (State.THINKING, Skip): guided.skip_unspoken,
    (State.TRANSFERRING, Skip): moves.ignore,
    (State.GREETING, Skip): guided.skip,
    (State.AGENT_SPEAKING, Skip): guided.skip,
    (State.INTERRUPTED, Skip): guided.skip_under_speech,
}
"""Every event that can happen in every state; any other pair is illegal."""


class Turns:
    """One call's turn-taking: feed it events with `handle`, carry out the actions it returns."""

    def __init__(self, settings: TurnSettings) -> None:
        self._memory = Memory(settings)

    @property
    def state(self) -> State:
        """Whose turn it is."""
        return self._memory.state

    @property
    def turn(self) -> int:
        """Turns of the caller's that have been answered."""
        return self._memory.turn

    @property
    def caller(self) -> CallerTurn:
        """Where the caller's turn begins that goes on, or the last one."""
        return self._memory.caller

    @property
    def revision(self) -> int:
        """The newest attempt's."""
        return self._memory.revision

    @property
    def memory(self) -> Memory:
        """A copy of all that is remembered."""
        return replace(self._memory)

    def resume(self, kept: Kept) -> None:
        """Go on where another gateway has left the call: with nobody speaking, or with people."""
        self._memory = kept.remembered(self._memory.settings)

    def begin(self, opening: str = "") -> list[Action]:
        """Return what is to be done when the call has been answered; `opening` takes the greeting's place."""
        greeting = Say("line", 0, GREETING, opening) if opening else Say("greeting", 0, GREETING)
        return [greeting, SetTimer(self._memory.settings.reply_timeout_s)]

    def expect(self, bridge_after_s: float, *, stalled: bool) -> None:
        """An answer had best be waited for in silence for so long, as far as the settings allow; `stalled`: what is
        asked for reaches nobody at the moment.
        """
        self._memory.bridge_after_s, self._memory.stalled = bridge_after_s, stalled

    def note_written(self, start: int, end: int, text: str) -> None:
        """These are the caller's words of samples `start`…`end`, whichever revision they were asked for."""
        caller = self._memory.caller
        if text and start == caller.start:
            written = (*caller.written, Written(end, text))[-MOST_WRITTEN:]
            self._memory.caller = replace(caller, written=written)

    def end(self) -> None:
        """The call is over, for whatever reason."""
        self._memory.state = State.ENDED

    def handle(self, event: Event) -> list[Action]:
        """Take an event in; return what is to be done, in order. Raise IllegalEvent, changing nothing.

        What arrives for a revision that has been overtaken is no error and is ignored, in any state.
        """
        memory = self._memory
        revision = getattr(event, "revision", None)
        # Before the table is asked: workers and the media plane learn of a Cancel when they have already sent what it
        # covers, and what is late is not illegal.
        if revision is not None and not memory.is_live(revision):
            return []
        handler = TABLE.get((memory.state, type(event)))
        if handler is None:
            raise IllegalEvent(memory.state, event)
        # On a copy, which counts once the handler has returned: whatever raises leaves everything as it was.
        after = replace(memory)
        actions = handler(after, event)
        self._memory = after
        return actions
