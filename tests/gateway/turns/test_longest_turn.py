"""Turns that do not end: speech without a pause, and pauses that never end the turn."""

from gateway.turns.actions import Action, Play, SetSilenceDeadline, SetTimer, Transcribe, Written
from gateway.turns.events import (
    Event,
    Played,
    ReplyReady,
    SilenceReached,
    SpeechOverlong,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)
from gateway.turns.table import Turns
from parley.audio import LONGEST_TURN, MOST_HEARD, ONE_DECODE, SAMPLE_RATE
from parley.bus import UP_SAMPLES
from tests.gateway.turns.greeted import GREETED, T

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


def asked(actions: list[Action]) -> Transcribe:
    (found,) = [action for action in actions if isinstance(action, Transcribe)]
    return found


def test_what_was_written_down_at_a_pause_of_a_long_turn_is_not_again() -> None:
    turns = after(*GREETED, SpeechStarted(START), SpeechPaused(20_000), Transcribed(1, "I want", 0.1))
    turns.note_written(START, 20_000, "I want")
    turns.handle(SpeechStarted(22_000))
    whole = asked(turns.handle(SpeechPaused(START + ONE_DECODE)))
    assert whole == Transcribe(1, 2, START, START + ONE_DECODE), "one decode is all that it takes"
    turns.note_written(START, START + ONE_DECODE, "I want a red one")
    turns.handle(SpeechStarted(START + ONE_DECODE + 2000))
    end = 20_000 + ONE_DECODE
    assert asked(turns.handle(SpeechPaused(end))) == Transcribe(
        1, 3, START, end, written=Written(20_000, "I want")
    )
    turns.handle(SpeechStarted(end + 2000))
    assert asked(turns.handle(SpeechPaused(end + 2 * ONE_DECODE))).written == Written(
        START + ONE_DECODE, "I want a red one"
    )


def test_words_of_another_turn_are_not_those_of_this_one() -> None:
    turns = after(*GREETED, SpeechStarted(START))
    turns.note_written(START - 1, 20_000, "of the turn before")
    turns.note_written(START, 30_000, "")
    assert asked(turns.handle(SpeechPaused(START + 2 * ONE_DECODE))).written is None


def test_who_goes_on_with_an_answered_turn_has_its_words_still() -> None:
    end = START + 20_000
    turns = after(*GREETED, SpeechStarted(START), SpeechPaused(end))
    turns.note_written(START, end, "I would like the red one")
    for event in (Transcribed(1, "I would like the red one", 0.9), SilenceReached(), ReplyReady(1)):
        turns.handle(event)
    more = end + ONE_DECODE
    for event in (SpeechStarted(end + 4000), SpeechPaused(more)):
        turns.handle(event)
    again = asked(turns.handle(Transcribed(2, "and the blue one", 0.9)))
    assert again.start == START
    assert again.repeats == "I would like the red one"
    assert again.written == Written(end, "I would like the red one")
