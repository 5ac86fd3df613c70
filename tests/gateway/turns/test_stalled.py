"""Callers who wait while what they said reaches nobody: Redis is away."""

import pytest

from gateway.turns.actions import Fill, Play, Say, SetTimer
from gateway.turns.events import (
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.memory import MOST_STALLS, STALL_S
from gateway.turns.table import Turns
from tests.gateway.turns.greeted import GREETED, T

ASKED = (*GREETED, SpeechStarted(1000), SpeechPaused(9000), SilenceReached())
WAIT_ON = [Fill(1), SetTimer(STALL_S)]
USUAL = [Fill(1), SetTimer(T.reply_timeout_s - T.filler_after_s)]


@pytest.fixture
def waiting() -> Turns:
    """The turn is over, and its words are not known."""
    turns = Turns(T)
    turns.begin()
    for event in ASKED:
        turns.handle(event)
    assert turns.state is State.THINKING
    return turns


def fire(turns: Turns, *, stalled: bool) -> list[object]:
    turns.expect(T.filler_after_s, stalled=stalled)
    return list(turns.handle(TimerFired()))


def test_they_are_told_to_wait_on_and_answered_when_redis_is_back(waiting: Turns) -> None:
    assert fire(waiting, stalled=True) == WAIT_ON
    assert fire(waiting, stalled=True) == WAIT_ON
    assert fire(waiting, stalled=False) == USUAL, "an answer has its time from now on"
    waiting.handle(Transcribed(1, "what do you sell", 0.9))
    assert Play(1, 1, "what do you sell", True) in waiting.handle(ReplyReady(1))


def test_a_wait_that_was_bridged_before_is_bridged_on(waiting: Turns) -> None:
    assert fire(waiting, stalled=False) == USUAL
    assert fire(waiting, stalled=True) == WAIT_ON
    assert fire(waiting, stalled=False) == USUAL
    assert Say("apology", 0, 2) in fire(waiting, stalled=False)


def test_nobody_is_told_to_wait_for_ever(waiting: Turns) -> None:
    for _ in range(MOST_STALLS):
        assert fire(waiting, stalled=True) == WAIT_ON
    assert fire(waiting, stalled=True) == USUAL
    assert Say("apology", 0, 2) in fire(waiting, stalled=True)


def test_a_line_of_the_agents_own_is_waited_for_once() -> None:
    turns = Turns(T)
    turns.begin()
    for event in (*GREETED, TimerFired()):
        turns.handle(event)
    assert Say("apology", 0, 2) in fire(turns, stalled=True)
