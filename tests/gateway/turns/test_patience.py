"""Callers who ask the agent to wait, and machines that let it wait."""

from gateway.turns.actions import Cancel, EndCall, Fill, Play, Say, SetSilenceDeadline, SetTimer, Unanswered
from gateway.turns.events import (
    Event,
    Played,
    ReplyComplete,
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.table import Turns
from tests.gateway.turns.greeted import GREETED, T

HOLD_ON = (
    *GREETED,
    SpeechStarted(1000),
    SpeechPaused(9000),
    Transcribed(1, "hold on", 0.9),
    SilenceReached(),
)
WAITING = (*HOLD_ON, ReplyReady(1), ReplyComplete(1, "wait"), Played(1))
PATIENCE, SILENCE = SetTimer(T.patience_s), SetTimer(T.caller_silence_s)


def after(*events: Event) -> Turns:
    turns = Turns(T)
    turns.begin()
    for event in events:
        turns.handle(event)
    return turns


def test_who_asks_to_wait_is_given_minutes() -> None:
    turns = after(*WAITING[:-1])
    assert turns.handle(WAITING[-1]) == [PATIENCE]
    assert T.patience_s >= 120


def test_a_noise_meanwhile_does_not_end_the_wait() -> None:
    turns = after(*WAITING, SpeechStarted(90_000), SpeechPaused(95_000))
    assert PATIENCE in turns.handle(Transcribed(2, "", None))


def test_the_first_words_end_the_wait() -> None:
    turns = after(*WAITING, SpeechStarted(90_000), SpeechPaused(95_000), Transcribed(2, "I have it", 0.9))
    assert Play(2, 2, "I have it", True) in [*turns.handle(ReplyReady(2)), *turns.handle(SilenceReached())]
    assert turns.handle(Played(2)) == [SILENCE]


def test_who_never_comes_back_is_asked_and_told_goodbye() -> None:
    turns = after(*WAITING)
    assert Say("prompt", 1, 2) in turns.handle(TimerFired())
    for event in (ReplyReady(2), ReplyComplete(2, "none"), Played(2)):
        turns.handle(event)
    assert Say("farewell", 1, 3) in turns.handle(TimerFired())
    for event in (ReplyReady(3), ReplyComplete(3, "none")):
        turns.handle(event)
    assert EndCall("silent") in turns.handle(Played(3))


def test_a_machine_that_lets_the_agent_wait_is_not_answered_but_kept() -> None:
    turns = after(*HOLD_ON)
    actions = turns.handle(ReplyComplete(1, "wait"))
    assert actions == [Cancel(1), Unanswered(1, "hold on"), SetSilenceDeadline(None), PATIENCE]
    assert not any(isinstance(action, Say | Fill) for action in actions)
    assert turns.state is State.LISTENING
