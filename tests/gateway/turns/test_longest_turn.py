"""Turns that do not end: speech without a pause, and pauses that never end the turn."""

from gateway.turns.actions import Play, SetSilenceDeadline, SetTimer, Transcribe
from gateway.turns.events import (
    Event,
    Played,
    ReplyComplete,
    ReplyReady,
    SpeechOverlong,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)
from gateway.turns.memory import TurnSettings
from gateway.turns.table import Turns
from parley.audio import LONGEST_TURN, MOST_HEARD, SAMPLE_RATE
from parley.bus import UP_SAMPLES

T = TurnSettings()
GREETED = (ReplyReady(0), ReplyComplete(0, "none"), Played(0))
START = 1000
CUT = START + LONGEST_TURN


def after(*events: Event) -> Turns:
    turns = Turns(T)
    turns.begin()
    for event in events:
        turns.handle(event)
    return turns


def test_speech_without_a_pause_is_answered_after_a_minute() -> None:
    turns = after(*GREETED, SpeechStarted(START))
    assert turns.handle(SpeechOverlong(CUT)) == [Transcribe(1, 1, START, CUT), SetTimer(T.filler_after_s)]
    assert turns.state is State.THINKING
    turns.handle(Transcribed(1, "and so on and on", 0.1))
    assert Play(1, 1, "and so on and on", True) in turns.handle(ReplyReady(1))


def test_who_goes_on_is_heard_from_there_when_the_agent_has_spoken() -> None:
    answered = (
        SpeechStarted(START),
        SpeechOverlong(CUT),
        Transcribed(1, "on and on", 0.1),
        ReplyReady(1),
        Played(1),
    )
    turns = after(*GREETED, *answered)
    assert turns.state is State.CALLER_SPEAKING
    assert Transcribe(2, 2, CUT, CUT + 90_000) in turns.handle(SpeechPaused(CUT + 90_000))


def test_who_ends_under_the_answer_is_heard_when_the_agent_has_spoken() -> None:
    before = (SpeechStarted(START), SpeechOverlong(CUT), Transcribed(1, "on and on", 0.1), ReplyReady(1))
    turns = after(*GREETED, *before, SpeechPaused(CUT + 90_000))
    assert Transcribe(2, 2, CUT, CUT + 90_000) in turns.handle(Played(1))


def test_a_turn_of_many_pauses_ends_with_the_first_pause_after_a_minute() -> None:
    turns = after(*GREETED, SpeechStarted(START), SpeechPaused(CUT))
    assert turns.handle(Transcribed(1, "I would like the", 0.0)) == [SetSilenceDeadline(T.endpoint.fast_s)]


def test_no_more_is_asked_for_than_is_kept() -> None:
    turns = after(*GREETED, SpeechStarted(START))
    end = START + 300 * SAMPLE_RATE
    (heard, _) = turns.handle(SpeechPaused(end))
    assert heard == Transcribe(1, 1, end - MOST_HEARD, end)
    assert MOST_HEARD < UP_SAMPLES
