"""Cases of the turn table for keys, menus and handing over: (events before, event, state after, actions)."""

from gateway.turns.actions import (
    Action,
    Cancel,
    EndCall,
    HandedOver,
    NoChoice,
    Play,
    Protect,
    Say,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
    Transfer,
)
from gateway.turns.events import (
    Event,
    HandOver,
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
from tests.gateway.turns.greeted import GREETED, T

S = State
NO_TIMER, NO_DEADLINE, CUT = SetTimer(None), SetSilenceDeadline(None), StopPlayout(barge_in=False)
ANSWER_TIMER, SILENCE_TIMER = SetTimer(T.reply_timeout_s), SetTimer(T.caller_silence_s)
STARTED, PAUSED, SUSTAINED = SpeechStarted(1000), SpeechPaused(9000), SpeechSustained()
HEARD = (*GREETED, STARTED, PAUSED, Transcribed(1, "a person please", 0.9))
ANSWERING = (*HEARD, SilenceReached(), ReplyReady(1))
BYE = (*GREETED, Leave())
MENU, SALES = Tell("Press 1 for sales.", wait_s=6.0), HandOver("I connect you.")
CHOOSING = (*GREETED, MENU, ReplyReady(1), ReplyComplete(1, "none"), Played(1))
HANDING = (*GREETED, SALES)  # revision 1
SAYING = (*HANDING, ReplyReady(1))
ASKED_FOR = (*HEARD, ReplyComplete(1, "transfer"), SilenceReached())

Case = tuple[State, tuple[Event, ...], Event, State, list[Action]]


def told(stale: int, turn: int, *, cut: bool = False) -> list[Action]:
    """What a menu does, wherever the call is."""
    stop: list[Action] = [CUT] if cut else []
    say = Say("line", turn, stale + 1, "Press 1 for sales.")
    return [*stop, Cancel(stale), NO_DEADLINE, say, ANSWER_TIMER]


def given(stale: int, turn: int, *, cut: bool = False) -> list[Action]:
    """What a handoff does, wherever the call is."""
    stop: list[Action] = [CUT] if cut else []
    return [*stop, Cancel(stale), NO_DEADLINE, Say("line", turn, stale + 1, "I connect you."), ANSWER_TIMER]


# Where the call is: events until there, the newest revision, the turn, whether the agent speaks
PLACES: list[tuple[State, tuple[Event, ...], int, int, bool]] = [
    (S.GREETING, (), 0, 0, False),
    (S.GREETING, (ReplyReady(0),), 0, 0, True),
    (S.LISTENING, GREETED, 0, 0, False),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), 0, 0, False),
    (S.PAUSED, HEARD, 1, 0, False),
    (S.THINKING, (*HEARD, SilenceReached()), 1, 0, False),
    (S.AGENT_SPEAKING, ANSWERING, 1, 1, True),
    (S.INTERRUPTED, (*ANSWERING, STARTED, PAUSED), 2, 1, True),
    (S.TRANSFERRING, HANDING, 1, 0, False),
    (S.TRANSFERRING, SAYING, 1, 0, True),
]

GUIDED: list[Case] = [
    *((s, events, MENU, S.THINKING, told(r, turn, cut=cut)) for s, events, r, turn, cut in PLACES),
    *((s, events, SALES, S.TRANSFERRING, given(r, turn, cut=cut)) for s, events, r, turn, cut in PLACES),
    # a goodbye is not taken back
    (S.THINKING, BYE, MENU, S.THINKING, []),
    (S.THINKING, BYE, SALES, S.THINKING, []),
    # skipping
    (S.GREETING, (), Skip(), S.GREETING, []),
    (S.GREETING, (ReplyReady(0),), Skip(), S.LISTENING, [CUT, Cancel(0), SILENCE_TIMER]),
    (S.LISTENING, GREETED, Skip(), S.LISTENING, []),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), Skip(), S.CALLER_SPEAKING, []),
    (S.PAUSED, HEARD, Skip(), S.PAUSED, []),
    (S.THINKING, (*HEARD, SilenceReached()), Skip(), S.THINKING, []),
    (S.AGENT_SPEAKING, ANSWERING, Skip(), S.LISTENING, [CUT, Cancel(1), SILENCE_TIMER]),
    (S.AGENT_SPEAKING, (*BYE, ReplyReady(1)), Skip(), S.AGENT_SPEAKING, []),
    (
        S.AGENT_SPEAKING,
        (*GREETED, MENU, ReplyReady(1)),
        Skip(),
        S.LISTENING,
        [CUT, Cancel(1), SetTimer(6.0)],
    ),
    (
        S.AGENT_SPEAKING,
        (*ANSWERING, ReplyComplete(1, "hangup")),
        Skip(),
        S.ENDED,
        [CUT, Cancel(1), NO_TIMER, EndCall("completed")],
    ),
    (
        S.INTERRUPTED,
        (*ANSWERING, STARTED),
        Skip(),
        S.CALLER_SPEAKING,
        [CUT, Cancel(1), NO_TIMER, NO_DEADLINE],
    ),
    (
        S.INTERRUPTED,
        (*ANSWERING, STARTED, PAUSED),
        Skip(),
        S.PAUSED,
        [CUT, Cancel(1), NO_TIMER, SetSilenceDeadline(T.endpoint.open_s)],
    ),
    (S.TRANSFERRING, SAYING, Skip(), S.TRANSFERRING, []),
    # typing a number
    (S.LISTENING, CHOOSING, Skip(8.0), S.LISTENING, [SetTimer(8.0)]),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), Skip(8.0), S.CALLER_SPEAKING, []),
    (S.PAUSED, HEARD, Skip(8.0), S.PAUSED, []),
    (S.THINKING, (*GREETED, MENU), Skip(8.0), S.LISTENING, [Cancel(1), NO_DEADLINE, SetTimer(8.0)]),
    (S.THINKING, (*GREETED, MENU), Skip(), S.THINKING, []),
    (S.THINKING, BYE, Skip(8.0), S.THINKING, []),
    (
        S.AGENT_SPEAKING,
        (*GREETED, MENU, ReplyReady(1)),
        Skip(8.0),
        S.LISTENING,
        [CUT, Cancel(1), SetTimer(8.0)],
    ),
    # a choice that is not made
    (S.LISTENING, CHOOSING, TimerFired(), S.LISTENING, [SILENCE_TIMER, NoChoice()]),
    # an answer that asks for a person: nothing was said
    (
        S.PAUSED,
        HEARD,
        ReplyComplete(1, "transfer"),
        S.PAUSED,
        [SetSilenceDeadline(T.endpoint.fast_s)],
    ),
    (
        S.PAUSED,
        (*HEARD, ReplyComplete(1, "transfer")),
        SilenceReached(),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Transfer(1, "a person please")],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        ReplyComplete(1, "transfer"),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Transfer(1, "a person please")],
    ),
    # an answer that asks for a person: some words first, which are heard to their end
    (S.AGENT_SPEAKING, ANSWERING, ReplyComplete(1, "transfer"), S.AGENT_SPEAKING, [Protect()]),
    (S.AGENT_SPEAKING, (*ANSWERING, ReplyComplete(1, "transfer")), STARTED, S.AGENT_SPEAKING, []),
    (
        S.PAUSED,
        (*HEARD, ReplyReady(1), ReplyComplete(1, "transfer")),
        SilenceReached(),
        S.AGENT_SPEAKING,
        [NO_TIMER, NO_DEADLINE, Play(1, 1, "a person please", interruptible=False)],
    ),
    (
        S.AGENT_SPEAKING,
        (*ANSWERING, ReplyComplete(1, "transfer")),
        Played(1),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Transfer(1)],
    ),
    (
        S.INTERRUPTED,
        (*ANSWERING, STARTED, ReplyComplete(1, "transfer")),
        Played(1),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Transfer(1)],
    ),
    # handing over
    (S.TRANSFERRING, SAYING, STARTED, S.TRANSFERRING, []),
    (S.TRANSFERRING, (*SAYING, STARTED), PAUSED, S.TRANSFERRING, []),
    (S.TRANSFERRING, SAYING, SUSTAINED, S.TRANSFERRING, []),
    (S.TRANSFERRING, SAYING, SilenceReached(), S.TRANSFERRING, []),
    (S.TRANSFERRING, SAYING, Transcribed(1, "wait", 0.9), S.TRANSFERRING, []),
    (
        S.TRANSFERRING,
        HANDING,
        ReplyReady(1),
        S.TRANSFERRING,
        [NO_TIMER, NO_DEADLINE, Play(0, 1, "", interruptible=False)],
    ),
    (S.TRANSFERRING, SAYING, ReplyReady(1), S.TRANSFERRING, []),
    (S.TRANSFERRING, SAYING, ReplyComplete(1, "none"), S.TRANSFERRING, []),
    (S.TRANSFERRING, SAYING, ReplyFailed(1), S.TRANSFERRING, []),
    (S.TRANSFERRING, HANDING, ReplyComplete(1, "none"), S.TRANSFERRING, [NO_TIMER, HandedOver()]),
    (S.TRANSFERRING, HANDING, ReplyFailed(1), S.TRANSFERRING, [NO_TIMER, HandedOver()]),
    (S.TRANSFERRING, HANDING, TimerFired(), S.TRANSFERRING, [NO_TIMER, HandedOver()]),
    (S.TRANSFERRING, SAYING, Played(1), S.TRANSFERRING, [NO_TIMER, HandedOver()]),
    (S.TRANSFERRING, SAYING, Leave(), S.ENDED, [NO_TIMER, EndCall("completed")]),
    (S.TRANSFERRING, ASKED_FOR, Leave(), S.ENDED, [NO_TIMER, EndCall("completed")]),
]
"""Every way in which keys, menus and people change whose turn it is."""
