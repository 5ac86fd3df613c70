"""Cases of the turn table for a call on hold: (events before, event, state after, actions)."""

from gateway.turns.actions import (
    Action,
    Cancel,
    EndCall,
    PausePlayout,
    Play,
    ResumePlayout,
    Say,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
    Transcribe,
    Transfer,
)
from gateway.turns.events import (
    Event,
    HandOver,
    Held,
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
    Unheld,
)
from tests.gateway.turns.greeted import GREETED, T

S = State
NO_TIMER, NO_DEADLINE = SetTimer(None), SetSilenceDeadline(None)
ANSWER_TIMER, SILENCE_TIMER, FILL_TIMER = (
    SetTimer(T.reply_timeout_s),
    SetTimer(T.caller_silence_s),
    SetTimer(T.filler_after_s),
)
STARTED, PAUSED = SpeechStarted(1000), SpeechPaused(9000)
ASKED = (*GREETED, STARTED, PAUSED)
HEARD = (*ASKED, Transcribed(1, "what do you sell", 0.9))
ANSWERING = (*HEARD, SilenceReached(), ReplyReady(1))
JUDGING = (*ANSWERING, SpeechStarted(20_000), SpeechPaused(30_000))
HOLD = [PausePlayout(), NO_DEADLINE, SetTimer(T.hold_s)]
GO_ON = ResumePlayout(barge_in=False)
AWAY = (*GREETED, Held())
ANSWER = Play(1, 1, "what do you sell", True)

Case = tuple[State, tuple[Event, ...], Event, State, list[Action]]

HOLDS: list[Case] = [
    (S.GREETING, (ReplyReady(0),), Held(), S.HELD, HOLD),
    (S.LISTENING, GREETED, Held(), S.HELD, HOLD),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), Held(), S.HELD, HOLD),
    (S.PAUSED, HEARD, Held(), S.HELD, HOLD),
    (S.THINKING, (*HEARD, SilenceReached()), Held(), S.HELD, HOLD),
    (S.AGENT_SPEAKING, ANSWERING, Held(), S.HELD, HOLD),
    (S.INTERRUPTED, JUDGING, Held(), S.HELD, [Cancel(2, keep=1), *HOLD]),
    (S.HELD, AWAY, Held(), S.HELD, []),
    (S.TRANSFERRING, (*GREETED, HandOver("one moment")), Held(), S.TRANSFERRING, []),
    # the caller comes back
    (S.HELD, (Held(),), Unheld(), S.GREETING, [GO_ON, ANSWER_TIMER]),
    (
        S.HELD,
        (Held(), ReplyReady(0)),
        Unheld(),
        S.GREETING,
        [GO_ON, NO_TIMER, NO_DEADLINE, Play(0, 0, "", True)],
    ),
    (S.HELD, (Held(), ReplyFailed(0)), Unheld(), S.ENDED, [GO_ON, NO_TIMER, EndCall("failed")]),
    (S.HELD, (ReplyReady(0), Held()), Unheld(), S.GREETING, [GO_ON, NO_TIMER]),
    (S.HELD, AWAY, Unheld(), S.LISTENING, [GO_ON, SILENCE_TIMER]),
    (S.HELD, (*GREETED, STARTED, Held()), Unheld(), S.CALLER_SPEAKING, [GO_ON, NO_TIMER]),
    (S.HELD, (*HEARD, Held()), Unheld(), S.THINKING, [GO_ON, FILL_TIMER]),
    (
        S.HELD,
        (*HEARD, Held(), ReplyReady(1)),
        Unheld(),
        S.AGENT_SPEAKING,
        [GO_ON, NO_TIMER, NO_DEADLINE, ANSWER],
    ),
    (
        S.HELD,
        (*HEARD, Held(), ReplyFailed(1)),
        Unheld(),
        S.THINKING,
        [GO_ON, Cancel(1), Say("apology", 0, 2), ANSWER_TIMER],
    ),
    (S.HELD, (*ANSWERING, Held()), Unheld(), S.AGENT_SPEAKING, [GO_ON, NO_TIMER]),
    (S.HELD, (*ANSWERING, Held(), Played(1)), Unheld(), S.LISTENING, [GO_ON, SILENCE_TIMER]),
    (S.HELD, (*JUDGING, Held()), Unheld(), S.AGENT_SPEAKING, [GO_ON, NO_TIMER]),
    # a call that was not held, or that was taken from hold
    (S.GREETING, (), Unheld(), S.GREETING, []),
    (S.LISTENING, GREETED, Unheld(), S.LISTENING, []),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), Unheld(), S.CALLER_SPEAKING, []),
    (S.PAUSED, HEARD, Unheld(), S.PAUSED, []),
    (S.THINKING, (*HEARD, SilenceReached()), Unheld(), S.THINKING, []),
    (S.AGENT_SPEAKING, ANSWERING, Unheld(), S.AGENT_SPEAKING, []),
    (S.INTERRUPTED, JUDGING, Unheld(), S.INTERRUPTED, []),
    (S.TRANSFERRING, (*GREETED, HandOver("one moment")), Unheld(), S.TRANSFERRING, []),
    # what arrives meanwhile
    (S.HELD, AWAY, STARTED, S.HELD, []),
    (S.HELD, AWAY, PAUSED, S.HELD, []),
    (S.HELD, (*GREETED, STARTED, Held()), PAUSED, S.HELD, [Transcribe(1, 1, 1000, 9000)]),
    (S.HELD, AWAY, SpeechSustained(), S.HELD, []),
    (S.HELD, AWAY, SilenceReached(), S.HELD, []),
    (S.HELD, (*ASKED, Held()), Transcribed(1, "hello", 0.9), S.HELD, []),
    (S.HELD, (*ASKED, Held()), Transcribed(1, "", None), S.HELD, [Cancel(1)]),
    (S.HELD, (*ANSWERING, Held()), Transcribed(1, "what do you sell", 0.9), S.HELD, []),
    (S.HELD, (*HEARD, Held()), ReplyReady(1), S.HELD, []),
    (S.HELD, (*HEARD, Held()), ReplyComplete(1, "none"), S.HELD, []),
    (S.HELD, (*HEARD, Held()), ReplyFailed(1), S.HELD, []),
    (S.HELD, (*ANSWERING, Held()), Played(1), S.HELD, []),
    (
        S.HELD,
        (*ANSWERING, ReplyComplete(1, "hangup"), Held()),
        Played(1),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (
        S.HELD,
        (*ANSWERING, ReplyComplete(1, "transfer"), Held()),
        Played(1),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Transfer(1)],
    ),
    (S.HELD, AWAY, TimerFired(), S.ENDED, [NO_TIMER, EndCall("silent")]),
    (S.HELD, AWAY, Skip(), S.HELD, []),
    # what has to be said is said
    (S.HELD, AWAY, Leave(), S.THINKING, [GO_ON, Cancel(0), NO_DEADLINE, Say("farewell", 0, 1), ANSWER_TIMER]),
    (
        S.HELD,
        (*ANSWERING, Held()),
        Tell("One moment."),
        S.THINKING,
        [
            GO_ON,
            StopPlayout(barge_in=False),
            Cancel(1),
            NO_DEADLINE,
            Say("line", 1, 2, "One moment."),
            ANSWER_TIMER,
        ],
    ),
    (
        S.HELD,
        AWAY,
        HandOver("I connect you."),
        S.TRANSFERRING,
        [GO_ON, Cancel(0), NO_DEADLINE, Say("line", 0, 1, "I connect you."), ANSWER_TIMER],
    ),
]
"""Every way in which hold begins, lasts and ends."""
