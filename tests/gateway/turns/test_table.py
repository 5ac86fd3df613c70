"""The turn table: every legal pair, every illegal pair, whole conversations, and random ones."""

import copy
import dataclasses
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.turns import caller
from gateway.turns import events as turn_events
from gateway.turns.actions import (
    Action,
    Cancel,
    EndCall,
    Fill,
    PausePlayout,
    Play,
    Reply,
    ResumePlayout,
    Say,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
    Transcribe,
)
from gateway.turns.end_of_turn import silence_s
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
    SpeechOverlong,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    SpeechWentOn,
    State,
    TimerFired,
    Transcribed,
    Unheld,
)
from gateway.turns.memory import Attempt, Memory, Spoken, TurnSettings
from gateway.turns.table import TABLE, Turns
from tests.gateway.conversation.guided_cases import GUIDED
from tests.gateway.turns.doubt_cases import DOUBTS
from tests.gateway.turns.greeted import GREETED, T
from tests.gateway.turns.hold_cases import HOLDS
from tests.gateway.turns.partial_cases import PARTIAL

S = State
NO_TIMER, NO_DEADLINE = SetTimer(None), SetSilenceDeadline(None)
FILL_TIMER, LAST_TIMER = SetTimer(T.filler_after_s), SetTimer(T.reply_timeout_s - T.filler_after_s)
JUDGEMENT = SetTimer(T.interruption_s)
ANSWER_TIMER, SILENCE_TIMER = SetTimer(T.reply_timeout_s), SetTimer(T.caller_silence_s)
LONGEST, FAST = (SetSilenceDeadline(s) for s in (T.endpoint.open_s, T.endpoint.fast_s))
BARGE_IN, CUT = StopPlayout(barge_in=True), StopPlayout(barge_in=False)
STARTED, PAUSED, SUSTAINED = SpeechStarted(1000), SpeechPaused(9000), SpeechSustained()
ASKED = (*GREETED, STARTED, PAUSED)  # revision 1
HEARD = (*ASKED, Transcribed(1, "what do you sell", 0.9))
ANSWERING = (*HEARD, SilenceReached(), ReplyReady(1))
INTERRUPTED = (*ANSWERING, SpeechStarted(20_000))
JUDGING = (*INTERRUPTED, SpeechPaused(30_000))  # revision 2


def ends(text: str, score: float | None) -> Action:
    return SetSilenceDeadline(silence_s(text, score, T.endpoint))


def run(*events: Event, with_settings: TurnSettings = T) -> tuple[Turns, list[Action]]:
    """Turns after these events, and the actions of the last one."""
    turns = Turns(with_settings)
    actions = turns.begin()
    for event in events:
        actions = turns.handle(event)
    return turns, actions


def snapshot(turns: Turns) -> Memory:
    return copy.deepcopy(turns._memory)


def number(one: Attempt | Spoken | None) -> int | None:
    return None if one is None else one.revision


def attempt(turns: Turns) -> int | None:
    return number(turns._memory.attempt)


def speaking(turns: Turns) -> int | None:
    return number(turns._memory.speaking)


# Only the caller's own turn can be too long.
OVERLONG: list[tuple[State, tuple[Event, ...], Event, State, list[Action]]] = [
    (S.GREETING, (), SpeechOverlong(9000), S.GREETING, []),
    (S.LISTENING, GREETED, SpeechOverlong(9000), S.LISTENING, []),
    (
        S.CALLER_SPEAKING,
        (*GREETED, STARTED),
        SpeechOverlong(9000),
        S.THINKING,
        [Transcribe(1, 1, 1000, 9000), FILL_TIMER],
    ),
    (S.PAUSED, HEARD, SpeechOverlong(9000), S.PAUSED, []),
    (S.THINKING, (*HEARD, SilenceReached()), SpeechOverlong(9000), S.THINKING, []),
    (S.DOUBTING, (*HEARD, SilenceReached(), STARTED), SpeechOverlong(9000), S.DOUBTING, []),
    (S.AGENT_SPEAKING, ANSWERING, SpeechOverlong(9000), S.AGENT_SPEAKING, []),
    (S.INTERRUPTED, INTERRUPTED, SpeechOverlong(9000), S.INTERRUPTED, []),
    (S.HELD, (*GREETED, Held()), SpeechOverlong(9000), S.HELD, []),
    (S.TRANSFERRING, (*GREETED, HandOver("one moment")), SpeechOverlong(9000), S.TRANSFERRING, []),
]

# Every legal pair: (events before, event, state after, actions)
Case = tuple[State, tuple[Event, ...], Event, State, list[Action]]
CASES: list[Case] = [
    # a call that another gateway has left
    (
        S.LISTENING,
        GREETED,
        Answer("And when?", "Sorry.", "And"),
        S.THINKING,
        [Reply(1, 1, "And when?", "Sorry.", "And"), FILL_TIMER],
    ),
    # the greeting
    (S.GREETING, (), STARTED, S.GREETING, []),
    (S.GREETING, (ReplyReady(0),), STARTED, S.INTERRUPTED, [PausePlayout(), JUDGEMENT]),
    (S.GREETING, (STARTED,), PAUSED, S.GREETING, []),
    (S.GREETING, (STARTED,), SUSTAINED, S.GREETING, []),
    (S.GREETING, (), ReplyReady(0), S.GREETING, [NO_TIMER, NO_DEADLINE, Play(0, 0, "", True)]),
    (S.GREETING, (ReplyReady(0),), ReplyReady(0), S.GREETING, []),
    (S.GREETING, (), ReplyComplete(0, "none"), S.ENDED, [NO_TIMER, EndCall("failed")]),
    (S.GREETING, (ReplyReady(0),), ReplyComplete(0, "none"), S.GREETING, []),
    (S.GREETING, (), ReplyFailed(0), S.ENDED, [NO_TIMER, EndCall("failed")]),
    (S.GREETING, (ReplyReady(0),), ReplyFailed(0), S.GREETING, []),
    (S.GREETING, (), TimerFired(), S.ENDED, [NO_TIMER, EndCall("failed")]),
    (S.GREETING, GREETED[:-1], Played(0), S.LISTENING, [SILENCE_TIMER]),
    (S.GREETING, (STARTED, *GREETED[:-1]), Played(0), S.CALLER_SPEAKING, []),
    (S.GREETING, (), Leave(), S.THINKING, [Cancel(0), NO_DEADLINE, Say("farewell", 0, 1), ANSWER_TIMER]),
    (
        S.GREETING,
        (ReplyReady(0),),
        Leave(),
        S.THINKING,
        [CUT, Cancel(0), NO_DEADLINE, Say("farewell", 0, 1), ANSWER_TIMER],
    ),
    # nobody speaks
    (S.LISTENING, GREETED, STARTED, S.CALLER_SPEAKING, [NO_TIMER]),
    (S.LISTENING, GREETED, SilenceReached(), S.LISTENING, []),
    (S.LISTENING, GREETED, TimerFired(), S.THINKING, [Say("prompt", 0, 1), ANSWER_TIMER]),
    (
        S.LISTENING,
        GREETED,
        Leave(),
        S.THINKING,
        [Cancel(0), NO_DEADLINE, Say("farewell", 0, 1), ANSWER_TIMER],
    ),
    # the caller speaks
    (S.CALLER_SPEAKING, (*GREETED, STARTED), PAUSED, S.PAUSED, [Transcribe(1, 1, 1000, 9000), LONGEST]),
    (S.CALLER_SPEAKING, (*GREETED, STARTED), SUSTAINED, S.CALLER_SPEAKING, []),
    (
        S.CALLER_SPEAKING,
        (*GREETED, STARTED),
        Leave(),
        S.THINKING,
        [Cancel(0), NO_DEADLINE, Say("farewell", 0, 1), ANSWER_TIMER],
    ),
    # the caller has paused
    (S.PAUSED, ASKED, SpeechStarted(9900), S.CALLER_SPEAKING, [Cancel(1), NO_DEADLINE, NO_TIMER]),
    (S.PAUSED, ASKED, Transcribed(1, "hello", 0.9), S.PAUSED, [ends("hello", 0.9)]),
    (S.PAUSED, ASKED, Transcribed(1, "I would like the", 0.9), S.PAUSED, [LONGEST]),
    (S.PAUSED, ASKED, Transcribed(1, "hello", None), S.PAUSED, [ends("hello", None)]),
    (S.PAUSED, ASKED, Transcribed(1, "", None), S.LISTENING, [Cancel(1), NO_DEADLINE, SILENCE_TIMER]),
    (S.PAUSED, HEARD, ReplyReady(1), S.PAUSED, []),
    (S.PAUSED, HEARD, ReplyComplete(1, "none"), S.PAUSED, []),
    (S.PAUSED, HEARD, ReplyFailed(1), S.PAUSED, []),
    (S.PAUSED, HEARD, SilenceReached(), S.THINKING, [FILL_TIMER]),
    (
        S.PAUSED,
        (*HEARD, ReplyReady(1)),
        SilenceReached(),
        S.AGENT_SPEAKING,
        [NO_TIMER, NO_DEADLINE, Play(1, 1, "what do you sell", True)],
    ),
    (
        S.PAUSED,
        (*HEARD, ReplyFailed(1)),
        SilenceReached(),
        S.THINKING,
        [Cancel(1), Say("apology", 0, 2), ANSWER_TIMER],
    ),
    (
        S.PAUSED,
        (*HEARD, ReplyComplete(1, "hangup")),
        SilenceReached(),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (
        S.PAUSED,
        HEARD,
        Leave(),
        S.THINKING,
        [Cancel(1), NO_DEADLINE, Say("farewell", 0, 2), ANSWER_TIMER],
    ),
    # the agent thinks
    (
        S.THINKING,
        (*ASKED, SilenceReached()),
        SpeechStarted(9900),
        S.CALLER_SPEAKING,
        [Cancel(1), NO_DEADLINE, NO_TIMER],
    ),
    (
        S.THINKING,
        (*GREETED, TimerFired()),
        STARTED,
        S.CALLER_SPEAKING,
        [Cancel(1), NO_TIMER],
    ),
    (S.THINKING, (*GREETED, Leave()), STARTED, S.THINKING, []),
    (S.THINKING, (*GREETED, STARTED, Leave()), PAUSED, S.THINKING, []),
    (S.THINKING, (*GREETED, STARTED, Leave()), SUSTAINED, S.THINKING, []),
    (S.THINKING, (*HEARD, SilenceReached()), SilenceReached(), S.THINKING, []),
    (S.THINKING, (*ASKED, SilenceReached()), Transcribed(1, "hello", 0.1), S.THINKING, []),
    (
        S.THINKING,
        (*ASKED, SilenceReached()),
        Transcribed(1, "", None),
        S.LISTENING,
        [Cancel(1), SILENCE_TIMER],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        ReplyReady(1),
        S.AGENT_SPEAKING,
        [NO_TIMER, NO_DEADLINE, Play(1, 1, "what do you sell", True)],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        ReplyComplete(1, "none"),
        S.THINKING,
        [Cancel(1), Say("apology", 0, 2), ANSWER_TIMER],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        ReplyComplete(1, "hangup"),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        ReplyFailed(1),
        S.THINKING,
        [Cancel(1), Say("apology", 0, 2), ANSWER_TIMER],
    ),
    (S.THINKING, (*HEARD, SilenceReached()), TimerFired(), S.THINKING, [Fill(1), LAST_TIMER]),
    (
        S.THINKING,
        (*HEARD, SilenceReached(), TimerFired()),
        TimerFired(),
        S.THINKING,
        [Cancel(1), Say("apology", 0, 2), ANSWER_TIMER],
    ),
    (
        S.THINKING,
        (*HEARD, SilenceReached()),
        Leave(),
        S.THINKING,
        [Cancel(1), NO_DEADLINE, Say("farewell", 0, 2), ANSWER_TIMER],
    ),
    (S.THINKING, (*GREETED, Leave()), Leave(), S.THINKING, []),
    # the agent speaks
    (S.AGENT_SPEAKING, ANSWERING, STARTED, S.INTERRUPTED, [PausePlayout(), JUDGEMENT]),
    (S.AGENT_SPEAKING, (*GREETED, Leave(), ReplyReady(1)), STARTED, S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, (*GREETED, Leave(), ReplyReady(1), STARTED), PAUSED, S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, (*GREETED, Leave(), ReplyReady(1), STARTED), SUSTAINED, S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, SilenceReached(), S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, Transcribed(1, "what do you sell", 0.9), S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, ReplyReady(1), S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, ReplyComplete(1, "none"), S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, ReplyFailed(1), S.AGENT_SPEAKING, []),
    (S.AGENT_SPEAKING, ANSWERING, Played(1), S.LISTENING, [SILENCE_TIMER]),
    (
        S.AGENT_SPEAKING,
        (*ANSWERING, ReplyComplete(1, "hangup")),
        Played(1),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (
        S.AGENT_SPEAKING,
        ANSWERING,
        Leave(),
        S.THINKING,
        [CUT, Cancel(1), NO_DEADLINE, Say("farewell", 1, 2), ANSWER_TIMER],
    ),
    # the caller has spoken over the agent
    (S.INTERRUPTED, JUDGING, SpeechStarted(31_000), S.INTERRUPTED, [Cancel(2, keep=1)]),
    (
        S.INTERRUPTED,
        INTERRUPTED,
        SpeechPaused(30_000),
        S.INTERRUPTED,
        [Transcribe(2, 2, 20_000, 30_000)],
    ),
    (S.INTERRUPTED, INTERRUPTED, TimerFired(), S.CALLER_SPEAKING, [BARGE_IN, Cancel(1), NO_TIMER]),
    (S.INTERRUPTED, INTERRUPTED, SUSTAINED, S.CALLER_SPEAKING, [BARGE_IN, Cancel(1), NO_TIMER]),
    (
        S.INTERRUPTED,
        JUDGING,
        Transcribed(2, "no, stop", 0.9),
        S.PAUSED,
        [BARGE_IN, Cancel(1), NO_TIMER, ends("no, stop", 0.9)],
    ),
    (
        S.INTERRUPTED,
        JUDGING,
        Transcribed(2, "uh-huh", 0.9),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER, ResumePlayout()],
    ),
    (
        S.INTERRUPTED,
        JUDGING,
        Transcribed(2, "chair", 0.9, 0.5),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER, ResumePlayout()],
    ),
    (
        S.INTERRUPTED,
        JUDGING,
        Transcribed(2, "nine to six", 0.9, 0.9, "open from nine to six"),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER, ResumePlayout()],
    ),
    (S.INTERRUPTED, INTERRUPTED, SilenceReached(), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, Transcribed(1, "what do you sell", 0.9), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, ReplyReady(2), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, ReplyReady(1), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, ReplyComplete(1, "none"), S.INTERRUPTED, []),
    (S.INTERRUPTED, JUDGING, ReplyFailed(1), S.INTERRUPTED, []),
    (
        S.INTERRUPTED,
        JUDGING,
        ReplyFailed(2),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER, ResumePlayout()],
    ),
    (S.INTERRUPTED, INTERRUPTED, Played(1), S.CALLER_SPEAKING, [NO_TIMER, NO_DEADLINE]),
    (S.INTERRUPTED, JUDGING, Played(1), S.PAUSED, [NO_TIMER, LONGEST]),
    (
        S.INTERRUPTED,
        (*INTERRUPTED, ReplyComplete(1, "hangup")),
        Played(1),
        S.ENDED,
        [NO_TIMER, EndCall("completed")],
    ),
    (
        S.INTERRUPTED,
        JUDGING,
        TimerFired(),
        S.AGENT_SPEAKING,
        [Cancel(2, keep=1), NO_TIMER, ResumePlayout()],
    ),
    (
        S.INTERRUPTED,
        INTERRUPTED,
        Leave(),
        S.THINKING,
        [CUT, Cancel(1), NO_DEADLINE, Say("farewell", 1, 2), ANSWER_TIMER],
    ),
    *GUIDED,
    *HOLDS,
    *DOUBTS,
    *OVERLONG,
    *PARTIAL,
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].name}-{c[2]}-{len(c[1])}")
def test_transition(case: Case) -> None:
    state, before, event, after, actions = case
    turns, _ = run(*before)
    assert turns.state is state
    assert turns.handle(event) == actions
    assert turns.state is after


def test_every_legal_pair_has_a_case() -> None:
    assert {(state, type(event)) for state, _, event, _, _ in CASES} == set(TABLE)


# Every illegal pair

EVENTS: list[type[Event]] = [
    kind
    for kind in vars(turn_events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
]
REACHED: dict[State, tuple[Event, ...]] = {
    S.GREETING: (ReplyReady(0),),
    S.LISTENING: GREETED,
    S.CALLER_SPEAKING: (*GREETED, STARTED),
    S.PAUSED: HEARD,
    S.THINKING: (*HEARD, SilenceReached()),
    S.AGENT_SPEAKING: ANSWERING,
    S.INTERRUPTED: JUDGING,
    S.HELD: (*ANSWERING, Held()),
    S.DOUBTING: (*HEARD, SilenceReached(), SpeechStarted(9900), SpeechPaused(12_000)),
    S.TRANSFERRING: (*GREETED, HandOver("one moment"), ReplyReady(1)),
    S.ENDED: (*ANSWERING, ReplyComplete(1, "hangup"), Played(1)),
}


def make(kind: type[Event], revision: int) -> Event:
    values: dict[str, Any] = {
        "sample": 1,
        "revision": revision,
        "text": "hello",
        "end_of_turn": 0.5,
        "played": 0,
        "faint": False,
        "confidence": 0.9,
        "over": "",
        "asking": "",
        "answers": False,
        "language": "en",
        "action": "none",
        "wait_s": 5.0,
        "hang_up": False,
        "remark": "Sorry.",
        "repeats": "",
    }
    return kind(**{name: values[name] for name in fields_of(kind)})


def fields_of(kind: type[Event]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


@pytest.mark.parametrize(
    ("state", "kind"),
    [(s, k) for s in State for k in EVENTS if (s, k) not in TABLE],
    ids=lambda v: v.name if isinstance(v, State) else v.__name__,
)
def test_every_other_pair_is_illegal_and_changes_nothing(state: State, kind: type[Event]) -> None:
    turns, _ = run(*REACHED[state])
    assert turns.state is state
    live = [r for r in (attempt(turns), speaking(turns)) if r is not None] or [None]
    if live == [None] and "revision" in fields_of(kind):
        # Nothing is live here by itself: only so can the event be more than stale.
        turns._memory.attempt = Attempt(99)
        live = [99]
    for revision in live:
        event = make(kind, revision or 0)
        before = snapshot(turns)
        with pytest.raises(IllegalEvent) as caught:
            turns.handle(event)
        assert snapshot(turns) == before
        assert (caught.value.state, caught.value.event) == (state, event)


def test_a_handler_that_breaks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(memory: Memory, event: SpeechStarted) -> list[Action]:
        caller.new_turn(memory, event)
        raise ZeroDivisionError

    monkeypatch.setitem(TABLE, (S.LISTENING, SpeechStarted), breaks)
    turns, _ = run(*GREETED)
    before = snapshot(turns)
    with pytest.raises(ZeroDivisionError):
        turns.handle(STARTED)
    assert snapshot(turns) == before


@pytest.mark.parametrize("state", State, ids=lambda s: s.name)
def test_stale_revisions_are_ignored_in_every_state(state: State) -> None:
    turns, _ = run(*REACHED[state])
    for kind in EVENTS:
        if "revision" in fields_of(kind):
            before = snapshot(turns)
            assert turns.handle(make(kind, 77)) == []
            assert snapshot(turns) == before


# Stories


def test_the_greeting_begins_the_call() -> None:
    _, actions = run()
    assert actions == [Say("greeting", 0, 0), ANSWER_TIMER]


def test_a_question_is_answered_in_the_next_turn() -> None:
    turns, actions = run(*HEARD, ReplyReady(1), SilenceReached())
    assert Play(1, 1, "what do you sell", True) in actions
    assert turns.turn == 1


def test_an_inner_pause_keeps_the_turn_and_its_beginning() -> None:
    turns, actions = run(*HEARD, ReplyReady(1), SpeechStarted(10_000), SpeechPaused(20_000))
    assert actions == [Transcribe(1, 2, 1000, 20_000), LONGEST]
    # What was prepared for half a sentence is gone, ready or not.
    assert turns.handle(Transcribed(2, "what do you sell in summer", 0.9)) == [
        ends("what do you sell in summer", 0.9)
    ]
    assert turns.handle(SilenceReached()) == [FILL_TIMER]
    assert turns.handle(ReplyReady(1)) == []
    assert Play(1, 2, "what do you sell in summer", True) in turns.handle(ReplyReady(2))


def test_a_backchannel_resumes_the_same_reply() -> None:
    turns, actions = run(*JUDGING, Transcribed(2, "Mm-hmm.", 0.9))
    assert actions == [Cancel(2, keep=1), NO_TIMER, ResumePlayout()]
    assert turns.handle(Played(1)) == [SILENCE_TIMER]
    assert turns.turn == 1


def test_a_real_interruption_becomes_the_next_turn() -> None:
    turns, _ = run(*JUDGING, Transcribed(2, "wait, how much is it", None), ReplyReady(2))
    actions = turns.handle(SilenceReached())
    assert Play(2, 2, "wait, how much is it", True) in actions
    assert turns.turn == 2


def test_an_interruption_in_two_parts_is_transcribed_from_its_beginning() -> None:
    _, actions = run(*JUDGING, SpeechStarted(31_000), SpeechPaused(40_000))
    assert Transcribe(2, 3, 20_000, 40_000) in actions


def test_a_goodbye_does_not_wait_for_a_longer_silence() -> None:
    turns, _ = run(*HEARD, Transcribed(1, "goodbye", 0.01))
    assert turns.handle(ReplyComplete(1, "hangup")) == [FAST]
    assert turns.handle(ReplyComplete(1, "none")) == []


def test_without_a_filler_a_late_answer_is_given_up_at_once() -> None:
    turns = Turns(TurnSettings(filler_after_s=0))
    for event in (*HEARD, SilenceReached()):
        actions = turns.handle(event)
    assert actions == [ANSWER_TIMER]
    assert Say("apology", 0, 2) in turns.handle(TimerFired())


@pytest.mark.parametrize(("best_s", "begin_s"), [(0.7, 0.7), (3.0, T.filler_after_s)])
def test_words_that_bridge_a_wait_begin_where_they_are_best_and_both_waits_are_the_time_for_an_answer(
    best_s: float, begin_s: float
) -> None:
    turns, _ = run(*HEARD)
    turns.expect(best_s, stalled=False)
    assert turns.handle(SilenceReached()) == [SetTimer(begin_s)]
    assert turns.handle(TimerFired()) == [Fill(1), SetTimer(T.reply_timeout_s - begin_s)]


def test_the_parts_of_an_interruption_stay_cancelled() -> None:
    """The mark of what is stale must not move back when the agent's reply is given up."""
    _, actions = run(*JUDGING, SpeechStarted(31_000), SpeechPaused(40_000), Transcribed(3, "no wait", 0.9))
    assert Cancel(2) in actions


def test_a_sustained_interruption_takes_the_turn_at_once() -> None:
    turns, _ = run(*INTERRUPTED, SUSTAINED)
    assert turns.handle(SpeechPaused(50_000)) == [Transcribe(2, 2, 20_000, 50_000), LONGEST]


def test_the_greeting_can_be_interrupted() -> None:
    turns, _ = run(ReplyReady(0), STARTED, PAUSED, Transcribed(1, "yes hello I have a question", 0.9))
    assert turns.state is S.PAUSED
    turns, _ = run(ReplyReady(0), STARTED, PAUSED, Transcribed(1, "okay", 0.9))
    assert turns.state is S.GREETING


def test_the_greeting_is_not_interrupted_when_that_is_not_allowed() -> None:
    fixed = TurnSettings(greeting_interruptible=False)
    turns, actions = run(ReplyReady(0), with_settings=fixed)
    assert Play(0, 0, "", False) in actions
    assert turns.handle(STARTED) == []
    assert turns.state is S.GREETING
    turns.handle(ReplyComplete(0, "none"))
    assert turns.handle(Played(0)) == []
    assert turns.state is S.CALLER_SPEAKING
    assert turns.handle(PAUSED) == [Transcribe(1, 1, 1000, 9000), LONGEST]


def test_a_silent_caller_is_asked_and_then_told_goodbye() -> None:
    turns, actions = run(*GREETED, TimerFired())
    assert Say("prompt", 0, 1) in actions
    turns, actions = run(*GREETED, TimerFired(), ReplyReady(1), Played(1), TimerFired())
    assert Say("farewell", 0, 2) in actions
    turns.handle(ReplyReady(2))
    assert turns.handle(Played(2)) == [NO_TIMER, EndCall("silent")]


def test_who_speaks_over_the_farewell_for_silence_stays() -> None:
    silent = (*GREETED, TimerFired(), ReplyReady(1), Played(1), TimerFired(), ReplyReady(2))
    turns, _ = run(*silent, STARTED, SUSTAINED, PAUSED, Transcribed(3, "I am here", 0.9), ReplyReady(3))
    turns.handle(SilenceReached())
    assert turns.handle(Played(3)) == [SILENCE_TIMER]


def test_a_failed_reply_is_apologised_for_and_the_next_one_counts_anew() -> None:
    apologised = (*HEARD, SilenceReached(), ReplyFailed(1), ReplyReady(2), Played(2))
    answered = (STARTED, PAUSED, Transcribed(3, "again", 0.9), SilenceReached(), ReplyReady(3), Played(3))
    turns, actions = run(*apologised, *answered, STARTED, PAUSED, SilenceReached(), ReplyFailed(4))
    assert Say("apology", 1, 5) in actions
    assert turns.state is S.THINKING


def test_a_second_failure_after_the_apology_ends_the_call() -> None:
    apologised = (*HEARD, SilenceReached(), ReplyFailed(1), ReplyReady(2), Played(2))
    _, actions = run(*apologised, STARTED, PAUSED, SilenceReached(), ReplyFailed(3))
    assert actions == [NO_TIMER, EndCall("failed")]


def test_an_apology_that_fails_ends_the_call() -> None:
    _, actions = run(*HEARD, SilenceReached(), ReplyFailed(1), ReplyFailed(2))
    assert actions == [NO_TIMER, EndCall("failed")]


def test_a_reply_that_fails_half_way_is_spoken_as_far_as_it_goes() -> None:
    turns, _ = run(*ANSWERING, ReplyFailed(1))
    assert turns.handle(Played(1)) == [SILENCE_TIMER]


def test_leaving_while_the_agent_speaks_ends_with_a_farewell_that_cannot_be_interrupted() -> None:
    turns, _ = run(*ANSWERING, Leave())
    assert Play(1, 2, "", False) in turns.handle(ReplyReady(2))
    assert turns.handle(STARTED) == []
    assert turns.handle(Played(2)) == [NO_TIMER, EndCall("completed")]


def test_a_farewell_that_cannot_be_spoken_ends_the_call_all_the_same() -> None:
    for event in (ReplyFailed(1), ReplyComplete(1, "none"), TimerFired()):
        turns, actions = run(*GREETED, Leave(), event)
        assert turns.state is S.ENDED
        assert actions == [NO_TIMER, EndCall("failed")]


def test_the_caller_may_interrupt_a_goodbye_of_the_agents() -> None:
    goodbye = (*ANSWERING, ReplyComplete(1, "hangup"), STARTED, PAUSED)
    turns, _ = run(*goodbye, Transcribed(2, "one more thing", 0.9), ReplyReady(2), SilenceReached())
    assert turns.handle(Played(2)) == [SILENCE_TIMER]


def test_the_end_is_final() -> None:
    turns, _ = run(*ANSWERING)
    turns.end()
    assert turns.state is S.ENDED
    with pytest.raises(IllegalEvent):
        turns.handle(SilenceReached())


# Random conversations, in a world that behaves as the real one may


class World:
    """Asterisk's callers, the media plane, the workers and the timers, delivering in any order that can happen.

    What comes from the media plane stays in order among itself, and so does what comes from Redis; between the two,
    and timers, nothing is promised. Commands reach the media plane late.
    """

    def __init__(self, seed: int, with_settings: TurnSettings) -> None:
        self.rng = random.Random(seed)
        self.turns = Turns(with_settings)
        self.media: list[Event] = []
        self.redis: list[Event] = []
        self.commands: list[Action] = []
        self.jobs: list[Action] = []
        self.timer = False
        self.deadline = False
        self.talking = self.sustained = self.hushed = self.held = False
        self.sample = 0
        self.playing: int | None = None
        self.paused = False
        self.complete: set[int] = set()
        self.cancelled: set[int] = set()
        self.played: list[int] = []
        self.ended = 0
        self.carry_out(self.turns.begin())

    def carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Transcribe() | Say():
                    assert action.revision not in self.cancelled
                    self.jobs.append(action)
                case SetTimer():
                    self.timer = action.seconds is not None
                case EndCall():
                    self.ended += 1
                case Cancel():
                    stale = {r for r in range(action.revision + 1) if r != action.keep}
                    self.cancelled |= stale
                    assert attempt(self.turns) not in self.cancelled
                    assert number(self.turns._memory.aside) not in self.cancelled
                    assert speaking(self.turns) not in self.cancelled
                case Play():
                    assert action.revision not in self.cancelled
                    assert self.turns.state in (S.GREETING, S.AGENT_SPEAKING)
                    self.commands.append(action)
                case _:
                    self.commands.append(action)

    def tick(self) -> None:
        """The media plane's next tick."""
        for command in self.commands:
            match command:
                case Play():
                    self.playing, self.paused = command.revision, False
                    self.played.append(command.revision)
                case PausePlayout():
                    self.paused = True
                case ResumePlayout():
                    self.paused = False
                case StopPlayout():
                    self.playing, self.paused = None, False
                case SetSilenceDeadline():
                    self.deadline = command.seconds is not None
        self.commands.clear()
        self.sample += 320
        if not self.talking and not self.held and self.rng.random() < 0.3:
            self.talking, self.sustained, self.hushed = True, False, False
            self.media.append(SpeechStarted(self.sample))
        elif self.talking and (self.held or self.rng.random() < 0.4):
            self.talking = False
            self.media.append(SpeechPaused(self.sample))
        elif self.talking and self.rng.random() < 0.3:
            self._hush()
        elif self.talking and not self.sustained and self.rng.random() < 0.3:
            self.sustained = True
            self.media.append(SpeechSustained())
        if self.deadline and not self.talking and self.rng.random() < 0.6:
            self.deadline = False
            self.media.append(SilenceReached())
        done = self.playing is not None and self.playing in self.complete and not self.paused
        if done and self.rng.random() < 0.4:
            assert self.playing is not None
            self.media.append(Played(self.playing))
            self.playing = None

    def _hush(self) -> None:
        """The voice is gone for a moment, which is answered with words so far; or it is back."""
        self.hushed = not self.hushed
        if self.hushed:
            self.redis.append(PartlyHeard(self.rng.choice(["", "uh-huh", "what is it"])))
        else:
            self.media.append(SpeechWentOn())

    def work(self) -> None:
        """A worker does a job, perhaps a stale one, and perhaps twice."""
        job = self.jobs.pop(0) if self.rng.random() < 0.8 else self.jobs[0]
        events: list[Event] = []
        if isinstance(job, Transcribe):
            text = self.rng.choice(["", "uh-huh", "what is it"])
            score = self.rng.choice([None, 0.1, 0.9])
            events.append(
                self.rng.choice([Transcribed(job.revision, text, score), ReplyFailed(job.revision)])
            )
            if not text or isinstance(events[0], ReplyFailed):
                self.redis += events
                return
            job = Say("prompt", job.turn, job.revision)
        if isinstance(job, Say):
            spoken = self.rng.random() < 0.8
            if spoken and job.revision not in self.complete:
                events.append(ReplyReady(job.revision))
            self.complete.add(job.revision)
            action = self.rng.choice(["none", "none", "hangup"])
            last = (
                ReplyComplete(job.revision, action) if self.rng.random() < 0.8 else ReplyFailed(job.revision)
            )
            events.append(last)
        self.redis += events

    def step(self) -> Event | None:
        """Something happens; None when it concerns the world only."""
        choices = ["tick", "leave", "hold"] + ["hold"] * 3 * self.held + ["tick"] * 20
        choices += ["media"] * 8 * bool(self.media) + ["redis"] * 8 * bool(self.redis)
        choices += ["work"] * 6 * bool(self.jobs) + ["timer"] * self.timer
        match self.rng.choice(choices):
            case "tick":
                self.tick()
            case "work":
                self.work()
            case "media":
                return self.media.pop(0)
            case "redis":
                return self.redis.pop(0)
            case "timer":
                self.timer = False
                return TimerFired()
            case "hold":
                self.held = not self.held
                return Held() if self.held else Unheld()
            case "leave":
                return Leave() if self.rng.random() < 0.2 else None
        return None

    def events(self, steps: int) -> Iterator[Event]:
        for _ in range(steps):
            event = self.step()
            if event is not None:
                yield event


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**48), interruptible=st.booleans())
def test_nothing_that_can_happen_is_illegal_and_the_invariants_hold(seed: int, interruptible: bool) -> None:
    world = World(seed, TurnSettings(greeting_interruptible=interruptible))
    turns = world.turns
    for event in world.events(300):
        before = snapshot(turns)
        actions = turns.handle(event)  # IllegalEvent would fail the test
        assert turns.revision >= before.revision
        assert turns.turn in (before.turn, before.turn + 1)
        plays = [a for a in actions if isinstance(a, Play)]
        assert len(plays) <= 1
        for play in plays:
            assert play.revision in (number(before.attempt), number(before.aside))
            assert before.state is not S.INTERRUPTED
        if turns.state is S.INTERRUPTED:
            assert speaking(turns) is not None
        if turns.state in (S.LISTENING, S.CALLER_SPEAKING):
            assert attempt(turns) is None
            assert speaking(turns) is None
        assert (turns.state is S.DOUBTING) == (turns._memory.aside is not None)
        assert (turns.state is S.THINKING) <= (attempt(turns) is not None)
        assert (turns.state is S.AGENT_SPEAKING) <= (speaking(turns) is not None)
        world.carry_out(actions)
        if world.ended:
            assert turns.state is S.ENDED
            break
        assert turns.state is not S.ENDED
        _assert_it_goes_on(world)
    assert world.ended <= 1


def _assert_it_goes_on(world: World) -> None:
    """Nobody waits for ever: whatever the state, something is on its way."""
    turns = world.turns
    deadlines = [c for c in world.commands if isinstance(c, SetSilenceDeadline)]
    deadline = deadlines[-1].seconds is not None if deadlines else world.deadline
    if turns.state in (S.LISTENING, S.THINKING, S.INTERRUPTED, S.HELD, S.DOUBTING):
        assert world.timer
    if turns.state is S.PAUSED:
        assert deadline or SilenceReached() in world.media
    if turns.state is S.CALLER_SPEAKING:
        assert world.talking or any(isinstance(e, SpeechPaused) for e in world.media)
    if turns.state is S.AGENT_SPEAKING and world.playing is not None:
        paused = [c for c in world.commands if isinstance(c, PausePlayout | ResumePlayout | Play)]
        assert not (isinstance(paused[-1], PausePlayout) if paused else world.paused)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_random_legal_events_of_the_table_keep_the_invariants(data: st.DataObject) -> None:
    """Not only what the world would do: any event that the table takes, for any live revision."""
    turns = Turns(T)
    turns.begin()
    for _ in range(40):
        kinds = sorted((k for s, k in TABLE if s is turns.state), key=lambda k: k.__name__)
        if not kinds:
            break
        live = sorted({r for r in (attempt(turns), speaking(turns)) if r is not None}) or [0]
        event = make(data.draw(st.sampled_from(kinds)), data.draw(st.sampled_from(live)))
        before = snapshot(turns)
        actions = turns.handle(event)
        assert turns.revision >= before.revision
        for action in actions:
            if isinstance(action, Play):
                assert action.revision in (number(before.attempt), number(before.aside))
        assert any(isinstance(a, EndCall) for a in actions) == (turns.state is S.ENDED)
