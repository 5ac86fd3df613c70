"""Callers who speak into the greeting: whoever only says hello does not cost the company's name, and nobody is lost."""

import pytest

from gateway.turns.actions import (
    Cancel,
    Play,
    ResumePlayout,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
    Transcribe,
)
from gateway.turns.events import (
    Event,
    Played,
    ReplyComplete,
    ReplyReady,
    SilenceReached,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.memory import TurnSettings
from gateway.turns.table import Turns
from tests.gateway.turns.greeted import T

GREETING = (ReplyReady(0), ReplyComplete(0, "none"))
OVER = (*GREETING, SpeechStarted(8000, 8000), SpeechPaused(16_000))
FAINT = (*GREETING, SpeechStarted(8000, 8000, faint=True), SpeechPaused(16_000))
LISTEN_TO_IT = [SetTimer(None), Transcribe(1, 1, 8000, 16_000), SetSilenceDeadline(T.endpoint.open_s)]


def after(*events: Event, settings: TurnSettings = T) -> Turns:
    turns = Turns(settings)
    turns.begin()
    for event in events:
        turns.handle(event)
    return turns


@pytest.mark.parametrize(
    "text",
    [
        "Hello?",
        "Hello? Hello?",
        "Hi there.",
        "Good morning.",
        "Is anybody there?",
        "Yes, hello.",
        "Okay.",
        "Hey, can you hear me?",
    ],
)
def test_a_hello_into_the_greeting_lets_it_go_on(text: str) -> None:
    turns = after(*OVER)
    assert ResumePlayout() in turns.handle(Transcribed(1, text, 0.9))
    assert turns.state is State.GREETING


def test_a_hello_in_german_too() -> None:
    turns = after(*OVER)
    assert ResumePlayout() in turns.handle(Transcribed(1, "Ja, hallo?", 0.9, language="de"))


def test_a_long_hello_is_not_taken_for_a_turn() -> None:
    turns = after(*GREETING, SpeechStarted(8000, 8000))
    assert turns.handle(SpeechSustained()) == []
    turns.handle(SpeechPaused(40_000))
    assert ResumePlayout() in turns.handle(Transcribed(1, "Hello? Hello, good morning.", 0.9))


def test_who_talks_on_and_on_gets_the_turn() -> None:
    turns = after(*GREETING, SpeechStarted(8000, 8000), SpeechSustained())
    assert StopPlayout(barge_in=True) in turns.handle(TimerFired())


def test_a_question_into_the_greeting_is_answered() -> None:
    turns = after(*OVER)
    assert StopPlayout(barge_in=True) in turns.handle(Transcribed(1, "Hello, are you open today?", 0.9))


def test_a_hello_over_an_answer_still_calls_for_attention() -> None:
    asked = (
        *GREETING,
        Played(0),
        SpeechStarted(20_000),
        SpeechPaused(30_000),
        Transcribed(1, "what is that?", 0.9),
    )
    turns = after(
        *asked, SilenceReached(), ReplyReady(1), SpeechStarted(40_000, 40_000), SpeechPaused(45_000)
    )
    assert StopPlayout(barge_in=True) in turns.handle(Transcribed(2, "Hello?", 0.9))


def test_a_faint_caller_does_not_silence_the_greeting_and_is_answered_after_it() -> None:
    turns = after(*FAINT)
    assert turns.state is State.GREETING
    assert turns.handle(Played(0)) == LISTEN_TO_IT
    turns.handle(Transcribed(1, "Are you open today?", 0.9))
    turns.handle(ReplyReady(1))
    assert Play(1, 1, "Are you open today?", True) in turns.handle(SilenceReached())


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    "heard",
    [
        Transcribed(1, "", None),
        Transcribed(1, "Hello?", 0.9),
        Transcribed(1, "Uh-huh.", 0.9),
        Transcribed(1, "how can I help you", 0.9, 0.9, over="Hello, this is TechStore. How can I help you?"),
    ],
)
def test_what_was_nothing_is_not_answered_after_it(heard: Transcribed, late: bool) -> None:
    turns = after(*FAINT, Played(0), *((SilenceReached(),) if late else ()))
    assert Cancel(1) in turns.handle(heard)
    assert turns.state is State.LISTENING


def test_who_speaks_into_a_greeting_that_cannot_be_interrupted_is_answered_after_it() -> None:
    turns = after(*OVER, settings=TurnSettings(greeting_interruptible=False))
    assert turns.handle(Played(0)) == LISTEN_TO_IT


def test_who_is_still_speaking_at_its_end_is_heard_from_the_beginning() -> None:
    turns = after(*FAINT, SpeechStarted(20_000, 20_000, faint=True), Played(0))
    assert turns.state is State.CALLER_SPEAKING
    assert Transcribe(1, 1, 8000, 60_000) in turns.handle(SpeechPaused(60_000))


def test_what_was_missed_is_forgotten_once_the_caller_was_answered() -> None:
    loud = (SpeechStarted(20_000, 20_000), SpeechPaused(30_000), Transcribed(1, "what do you sell?", 0.9))
    turns = after(*FAINT, *loud, SilenceReached(), ReplyReady(1), ReplyComplete(1, "none"))
    assert turns.handle(Played(1)) == [SetTimer(T.caller_silence_s)]
