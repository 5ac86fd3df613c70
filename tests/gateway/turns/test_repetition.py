"""Machines that say the same again and again are waited for, and then taken leave of."""

import pytest

from gateway.turns.actions import EndCall, Play, Say, Unanswered
from gateway.turns.events import (
    Played,
    ReplyComplete,
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)
from gateway.turns.memory import TurnSettings
from gateway.turns.repetition import LEAVES_AFTER, WAITS_AFTER, times_said
from gateway.turns.table import Turns

LOOP = "All our operators are busy, somebody will be with you shortly."


def greeted() -> Turns:
    turns = Turns(TurnSettings())
    turns.begin()
    for event in (ReplyReady(0), ReplyComplete(0, "none"), Played(0)):
        turns.handle(event)
    return turns


def say(turns: Turns, text: str, *, late: bool = False) -> list[type]:
    """The caller says something, to the end; return what was done about it."""
    actions = [*turns.handle(SpeechStarted(1000)), *turns.handle(SpeechPaused(9000))]
    revision = turns.revision
    heard, silence = Transcribed(revision, text, 0.9), SilenceReached()
    for event in (silence, heard) if late else (heard, silence):
        actions += turns.handle(event)
    actions += turns.handle(ReplyReady(revision))
    if turns.state is State.AGENT_SPEAKING:
        turns.handle(Played(revision))
    return [type(action) for action in actions]


@pytest.mark.parametrize("late", [False, True])
def test_a_loop_is_answered_a_few_times_then_waited_for_then_left(late: bool) -> None:
    turns = greeted()
    for _ in range(WAITS_AFTER):
        assert Play in say(turns, LOOP, late=late)
    for _ in range(LEAVES_AFTER - WAITS_AFTER):
        done = say(turns, LOOP, late=late)
        assert Unanswered in done
        assert not {Play, Say} & set(done)
        assert turns.state is State.LISTENING
    assert Say in say(turns, LOOP, late=late)
    turns.handle(ReplyReady(turns.revision))
    turns.handle(ReplyComplete(turns.revision, "hangup"))
    assert EndCall("completed") in turns.handle(Played(turns.revision))


def test_two_agents_that_ask_each_other_the_same_come_to_an_end() -> None:
    turns = greeted()
    texts = [
        "I am sorry, I do not know that.",
        "Would you like to speak to a colleague?",
        "Are you still there?",
    ]
    for turn in range(30):
        say(turns, texts[turn % 3])
        if turns.state is not State.LISTENING:
            return
    raise AssertionError("they would still be talking")


def test_who_says_other_things_is_always_answered() -> None:
    turns = greeted()
    for hour in range(20):
        assert Play in say(turns, f"And are you open at {hour} o'clock on day {hour * 7}?")


def test_short_answers_are_given_again_and_again() -> None:
    turns = greeted()
    for _ in range(20):
        assert Play in say(turns, "Yes, please.")


def test_what_is_misheard_a_little_is_the_same() -> None:
    earlier = (LOOP, "What are your opening hours?", LOOP.replace("operators", "operator"))
    assert times_said(LOOP, earlier) == 2
    assert times_said("Do you sell laptops and phones?", earlier) == 0
