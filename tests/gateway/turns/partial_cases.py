"""Cases of the turn table for words and voices before a pause: (events before, event, state after, actions)."""

from gateway.turns.actions import (
    Action,
    Cancel,
    EndCall,
    PausePlayout,
    ResumePlayout,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
)
from gateway.turns.end_of_turn import silence_s
from gateway.turns.events import (
    Event,
    HandOver,
    Held,
    PartlyHeard,
    Played,
    ReplyComplete,
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    SpeechWentOn,
    State,
    Transcribed,
)
from tests.gateway.turns.greeted import GREETED, T

S = State
NO_TIMER, JUDGEMENT = SetTimer(None), SetTimer(T.interruption_s)
SILENCE_TIMER = SetTimer(T.caller_silence_s)
STARTED, PAUSED = SpeechStarted(1000), SpeechPaused(9000)
HEARD = (*GREETED, STARTED, PAUSED, Transcribed(1, "what do you sell", 0.9))
ANSWERING = (*HEARD, SilenceReached(), ReplyReady(1))
INTERRUPTED = (*ANSWERING, SpeechStarted(20_000))
WENT_ON = (*INTERRUPTED, PartlyHeard("Uh-huh."))
JUDGING = (*WENT_ON, SpeechPaused(30_000))  # revision 2
ENDED_EARLY = (*WENT_ON, ReplyComplete(1, "none"), Played(1))

ELSEWHERE: dict[State, tuple[Event, ...]] = {
    S.GREETING: (ReplyReady(0),),
    S.CALLER_SPEAKING: (*GREETED, STARTED),
    S.PAUSED: HEARD,
    S.THINKING: (*HEARD, SilenceReached()),
    S.AGENT_SPEAKING: ANSWERING,
    S.DOUBTING: (*HEARD, SilenceReached(), SpeechStarted(20_000)),
    S.HELD: (*GREETED, Held()),
    S.TRANSFERRING: (*GREETED, HandOver("one moment"), ReplyReady(1)),
}
PARTIAL: list[tuple[State, tuple[Event, ...], Event, State, list[Action]]] = [
    *((state, before, PartlyHeard("yes"), state, []) for state, before in ELSEWHERE.items()),
    *((state, before, SpeechWentOn(), state, []) for state, before in ELSEWHERE.items()),
    (S.LISTENING, GREETED, PartlyHeard("yes"), S.LISTENING, []),
    # an acknowledgement need not be written down
    (S.INTERRUPTED, INTERRUPTED, PartlyHeard("Uh-huh."), S.INTERRUPTED, [ResumePlayout()]),
    (S.INTERRUPTED, INTERRUPTED, PartlyHeard("wait a moment"), S.INTERRUPTED, []),
    (S.INTERRUPTED, INTERRUPTED, PartlyHeard(""), S.INTERRUPTED, []),
    (S.INTERRUPTED, WENT_ON, PartlyHeard("Okay."), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, Transcribed(2, "uh-huh", 0.9), S.AGENT_SPEAKING, [Cancel(2, keep=1), NO_TIMER]),
    # nor hello into the greeting, which the caller is there for
    (S.INTERRUPTED, (ReplyReady(0), STARTED), PartlyHeard("Hello?"), S.INTERRUPTED, [ResumePlayout()]),
    # but a yes may be an answer
    (S.INTERRUPTED, INTERRUPTED, PartlyHeard("Yes.", "Shall I put you through?"), S.INTERRUPTED, []),
    # somebody in the background does not silence the agent again
    (
        S.INTERRUPTED,
        JUDGING,
        SpeechStarted(31_000, faint=True),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER],
    ),
    # and it may have been the beginning of something else
    (S.INTERRUPTED, WENT_ON, SpeechWentOn(), S.INTERRUPTED, [PausePlayout(), JUDGEMENT]),
    (S.INTERRUPTED, INTERRUPTED, SpeechWentOn(), S.INTERRUPTED, []),
    (
        S.INTERRUPTED,
        JUDGING,
        SpeechStarted(31_000),
        S.INTERRUPTED,
        [PausePlayout(), JUDGEMENT, Cancel(2, keep=1)],
    ),
    (
        S.INTERRUPTED,
        JUDGING,
        Transcribed(2, "yes but wait a moment", 0.9),
        S.PAUSED,
        [
            StopPlayout(barge_in=True),
            Cancel(1),
            NO_TIMER,
            SetSilenceDeadline(silence_s("yes but wait a moment", 0.9, T.endpoint)),
        ],
    ),
    (
        S.INTERRUPTED,
        WENT_ON,
        SpeechSustained(),
        S.CALLER_SPEAKING,
        [StopPlayout(barge_in=True), Cancel(1), NO_TIMER],
    ),
    # what the agent says may end before the pause does
    (S.INTERRUPTED, WENT_ON, Played(1), S.LISTENING, [Cancel(1), SILENCE_TIMER]),
    (S.INTERRUPTED, JUDGING, Played(1), S.LISTENING, [Cancel(2), SILENCE_TIMER]),
    (
        S.INTERRUPTED,
        (*WENT_ON, ReplyComplete(1, "hangup")),
        Played(1),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (S.LISTENING, ENDED_EARLY, SpeechPaused(30_000), S.LISTENING, []),
    (S.LISTENING, ENDED_EARLY, SpeechWentOn(), S.CALLER_SPEAKING, [NO_TIMER]),
    (S.LISTENING, ENDED_EARLY, SpeechSustained(), S.CALLER_SPEAKING, [NO_TIMER]),
]
