"""Cases of the turn table for sounds while the agent thinks: (events before, event, state after, actions)."""

from gateway.turns.actions import (
    Action,
    Cancel,
    PausePlayout,
    Play,
    Say,
    SetSilenceDeadline,
    SetTimer,
    Transcribe,
)
from gateway.turns.events import (
    Event,
    HandOver,
    Held,
    Leave,
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
    Unheld,
)
from tests.gateway.turns.greeted import GREETED, T

S = State
NO_TIMER, NO_DEADLINE = SetTimer(None), SetSilenceDeadline(None)
ANSWER_TIMER, FILL_TIMER = SetTimer(T.reply_timeout_s), SetTimer(T.filler_after_s)
LONGEST = SetSilenceDeadline(T.endpoint.open_s)
HEARD = (*GREETED, SpeechStarted(1000), SpeechPaused(9000), Transcribed(1, "what do you sell", 0.9))
THINKING = (*HEARD, SilenceReached())
SOUND = (*THINKING, SpeechStarted(20_000))
JUDGING = (*SOUND, SpeechPaused(24_000))  # revision 2
BACK, PLAY = Cancel(2, keep=1), Play(1, 1, "what do you sell", True)
GO_ON = [Cancel(1), NO_DEADLINE, NO_TIMER]

Case = tuple[State, tuple[Event, ...], Event, State, list[Action]]

DOUBTS: list[Case] = [
    (S.THINKING, THINKING, SpeechStarted(20_000), S.DOUBTING, [SetTimer(T.interruption_s)]),
    (S.DOUBTING, SOUND, SpeechPaused(24_000), S.DOUBTING, [Transcribe(1, 2, 20_000, 24_000, judged=True)]),
    # it is nothing
    (S.DOUBTING, JUDGING, Transcribed(2, "", None), S.THINKING, [BACK, FILL_TIMER]),
    (S.DOUBTING, JUDGING, Transcribed(2, "Okay.", 0.9), S.THINKING, [BACK, FILL_TIMER]),
    (S.DOUBTING, JUDGING, Transcribed(2, "Hello? Are you there?", 0.9), S.THINKING, [BACK, FILL_TIMER]),
    (
        S.DOUBTING,
        (*JUDGING, ReplyReady(1)),
        Transcribed(2, "Mm-hmm.", 0.9),
        S.AGENT_SPEAKING,
        [BACK, NO_TIMER, NO_DEADLINE, PLAY],
    ),
    (
        S.DOUBTING,
        (*JUDGING, ReplyFailed(1)),
        Transcribed(2, "Okay.", 0.9),
        S.THINKING,
        [BACK, Cancel(2), Say("apology", 0, 3), ANSWER_TIMER],
    ),
    (S.DOUBTING, JUDGING, ReplyFailed(2), S.THINKING, [BACK, FILL_TIMER]),
    (S.DOUBTING, JUDGING, TimerFired(), S.THINKING, [BACK, FILL_TIMER]),
    # it belongs to the turn
    (
        S.DOUBTING,
        JUDGING,
        Transcribed(2, "and what does it cost", 0.9),
        S.PAUSED,
        [Cancel(2), NO_TIMER, Transcribe(1, 3, 1000, 24_000), LONGEST],
    ),
    (S.DOUBTING, SOUND, SpeechSustained(), S.CALLER_SPEAKING, GO_ON),
    (S.DOUBTING, SOUND, TimerFired(), S.CALLER_SPEAKING, GO_ON),
    # what happens meanwhile
    (S.DOUBTING, JUDGING, SpeechStarted(26_000), S.DOUBTING, [BACK]),
    (S.DOUBTING, JUDGING, SilenceReached(), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, Transcribed(1, "what do you sell", 0.9), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, ReplyReady(1), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, ReplyComplete(1, "none"), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, ReplyComplete(2, "none"), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, Skip(), S.DOUBTING, []),
    (S.DOUBTING, JUDGING, Held(), S.HELD, [BACK, PausePlayout(), NO_DEADLINE, SetTimer(T.hold_s)]),
    (S.DOUBTING, JUDGING, Unheld(), S.DOUBTING, []),
    (
        S.DOUBTING,
        JUDGING,
        Leave(),
        S.THINKING,
        [Cancel(2), NO_DEADLINE, Say("farewell", 0, 3), ANSWER_TIMER],
    ),
    (
        S.DOUBTING,
        JUDGING,
        Tell("One moment."),
        S.THINKING,
        [Cancel(2), NO_DEADLINE, Say("line", 0, 3, "One moment."), ANSWER_TIMER],
    ),
    (
        S.DOUBTING,
        JUDGING,
        HandOver("I connect you."),
        S.TRANSFERRING,
        [Cancel(2), NO_DEADLINE, Say("line", 0, 3, "I connect you."), ANSWER_TIMER],
    ),
]
"""Every way in which a sound while the agent thinks comes to something or to nothing."""
