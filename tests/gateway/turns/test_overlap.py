"""Callers who go on just as the agent begins, and what counts as a sign of life."""

import pytest

from gateway.turns.actions import (
    Action,
    Cancel,
    Play,
    ResumePlayout,
    Say,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
    Transcribe,
    Transfer,
)
from gateway.turns.end_of_turn import silence_s
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
from gateway.turns.table import Turns
from parley.audio import SAMPLE_RATE
from tests.gateway.turns.greeted import GREETED, T

LONGEST = SetSilenceDeadline(T.endpoint.open_s)
EARLY, LATE = SAMPLE_RATE // 4, 3 * SAMPLE_RATE


def after(*events: Event) -> tuple[Turns, list[Action]]:
    turns = Turns(T)
    actions = turns.begin()
    for event in events:
        actions = turns.handle(event)
    return turns, actions


def answered(text: str) -> tuple[Event, ...]:
    """A turn from sample 1000 whose answer is being spoken."""
    said = (SpeechStarted(1000), SpeechPaused(9000), Transcribed(1, text, 0.9))
    return (*GREETED, *said, SilenceReached(), ReplyReady(1))


def spoken_over(text: str, played: int) -> tuple[Event, ...]:
    return (*answered(text), SpeechStarted(20_000, played), SpeechPaused(30_000))


def test_who_goes_on_as_the_agent_begins_is_answered_as_a_whole() -> None:
    first = "I bought a phone last week"
    whole = f"{first} and now it is broken"
    turns, actions = after(*spoken_over(first, EARLY), Transcribed(2, "and now it is broken", 0.9))
    again = Transcribe(2, 3, 1000, 30_000, repeats=first)
    assert actions == [StopPlayout(barge_in=True), Cancel(2), SetTimer(None), again, LONGEST]
    assert turns.state is State.PAUSED
    assert turns.handle(Transcribed(3, whole, 0.9)) == [SetSilenceDeadline(silence_s(whole, 0.9, T.endpoint))]
    turns.handle(ReplyReady(3))
    assert Play(2, 3, whole, True, repeats=first) in turns.handle(SilenceReached())


def test_who_goes_on_once_more_repeats_all_of_it() -> None:
    whole = "I bought a phone last week and now it is broken"
    turns, _ = after(*spoken_over("I bought a phone last week", EARLY), Transcribed(2, "and now", 0.9))
    for event in (Transcribed(3, whole, 0.9), ReplyReady(3), SilenceReached(), SpeechStarted(40_000, EARLY)):
        turns.handle(event)
    turns.handle(SpeechPaused(50_000))
    again = Transcribe(3, 5, 1000, 50_000, repeats=whole)
    assert again in turns.handle(Transcribed(4, "since Monday", 0.9))


def test_a_turn_after_one_that_came_to_nothing_repeats_nothing() -> None:
    turns, _ = after(*spoken_over("I bought a phone last week", EARLY), Transcribed(2, "and now", 0.9))
    for event in (Transcribed(3, "", None), SpeechStarted(90_000)):
        turns.handle(event)
    assert turns.handle(SpeechPaused(99_000)) == [Transcribe(2, 4, 90_000, 99_000), LONGEST]


def test_a_person_who_is_asked_for_in_going_on_is_told_of_all_of_it() -> None:
    turns, _ = after(*spoken_over("I bought a phone", EARLY), Transcribed(2, "get me a person", 0.9))
    whole = "I bought a phone, get me a person"
    for event in (Transcribed(3, whole, 0.9), SilenceReached()):
        turns.handle(event)
    transfer = Transfer(3, whole, repeats="I bought a phone")
    assert transfer in turns.handle(ReplyComplete(3, "transfer"))


def test_so_is_who_goes_on_for_long() -> None:
    first = "I bought a phone last week"
    turns, actions = after(*answered(first), SpeechStarted(20_000, EARLY), SpeechSustained())
    assert actions == [StopPlayout(barge_in=True), Cancel(1), SetTimer(None)]
    assert turns.handle(SpeechPaused(60_000)) == [Transcribe(2, 2, 1000, 60_000, repeats=first), LONGEST]


def test_an_acknowledgement_of_the_first_words_is_one() -> None:
    turns, _ = after(*spoken_over("I bought a phone last week", EARLY), Transcribed(2, "okay", 0.9))
    assert turns.state is State.AGENT_SPEAKING


def test_who_has_heard_some_of_the_answer_begins_a_turn() -> None:
    turns, actions = after(*spoken_over("I bought a phone last week", LATE), Transcribed(2, "no, stop", 0.9))
    assert StopPlayout(barge_in=True) in actions
    assert turns.revision == 2
    assert turns.handle(SpeechStarted(31_000)) != []
    assert turns.handle(SpeechPaused(40_000)) == [Transcribe(2, 3, 20_000, 40_000), LONGEST]


def test_so_does_who_had_asked_a_whole_question() -> None:
    turns, _ = after(*spoken_over("What do you sell?", EARLY), Transcribed(2, "no, stop", 0.9))
    assert turns.revision == 2


def test_so_does_who_speaks_over_a_line_of_the_agents_own() -> None:
    turns, _ = after(
        ReplyReady(0), SpeechStarted(500, EARLY), SpeechPaused(900), Transcribed(1, "what do you sell", 0.9)
    )
    assert (turns.revision, turns.state) == (1, State.PAUSED)


def test_a_noise_is_no_sign_that_somebody_is_there() -> None:
    prompted = (*GREETED, TimerFired(), ReplyReady(1), Played(1))
    noise = (SpeechStarted(1000), SpeechPaused(2000), Transcribed(2, "", None))
    _, actions = after(*prompted, *noise, TimerFired())
    assert actions[0] == Say("farewell", 0, 3)


def test_words_are() -> None:
    prompted = (*GREETED, TimerFired(), ReplyReady(1), Played(1))
    words = (SpeechStarted(1000), SpeechPaused(2000), Transcribed(2, "yes?", 0.9), SilenceReached())
    _, actions = after(*prompted, *words, ReplyReady(2), Played(2), TimerFired())
    assert actions[0] == Say("prompt", 1, 3)


def test_the_words_of_a_lost_transcript_come_with_the_answer() -> None:
    asked = (*GREETED, SpeechStarted(1000), SpeechPaused(9000))
    turns, _ = after(*asked, ReplyReady(1, "what do you sell"))
    assert Play(1, 1, "what do you sell", True) in turns.handle(SilenceReached())
    _, actions = after(*asked, SilenceReached(), ReplyReady(1, "what do you sell"))
    assert Play(1, 1, "what do you sell", True) in actions


OFFER = "Would you like to speak to a colleague?"


@pytest.mark.parametrize("text", ["Yes.", "Sure.", "Okay", "Uh-huh", "yes please", "No.", "That's right"])
def test_an_acknowledgement_near_the_end_of_a_question_is_its_answer(text: str) -> None:
    turns, actions = after(
        *spoken_over("do you have a parking space?", LATE), Transcribed(2, text, 0.9, asking=OFFER)
    )
    assert StopPlayout(barge_in=True) in actions
    assert turns.state is State.PAUSED
    turns.handle(ReplyReady(2))
    assert Play(2, 2, text, True) in turns.handle(SilenceReached())


@pytest.mark.parametrize(
    ("text", "asking", "language"),
    [
        ("Yes.", "", "en"),
        ("Okay.", "How can I help you?", "en"),
        ("Hm.", OFFER, "en"),
        ("Genau.", "Wie kann ich Ihnen helfen?", "de"),
    ],
)
def test_an_acknowledgement_of_anything_else_lets_the_agent_go_on(
    text: str, asking: str, language: str
) -> None:
    words = Transcribed(2, text, 0.9, asking=asking, language=language)
    turns, actions = after(*spoken_over("do you have a parking space?", LATE), words)
    assert ResumePlayout() in actions
    assert turns.state is State.AGENT_SPEAKING


def test_who_answers_a_short_question_is_not_going_on_with_the_turn_before() -> None:
    turns, _ = after(
        *spoken_over("I bought a phone last week", EARLY), Transcribed(2, "yes", 0.9, asking="Really?")
    )
    turns.handle(ReplyReady(2))
    assert Play(2, 2, "yes", True) in turns.handle(SilenceReached())


def test_what_is_said_to_the_end_of_a_handoff_is_not_answered() -> None:
    """The words over it were an attempt of their own, whose answer would be spoken while a person is looked for."""
    before = (*spoken_over("give me a person", LATE), ReplyComplete(1, "transfer"))
    turns, actions = after(*before, Played(1))
    assert actions[0] == Cancel(2)
    assert actions[-1] == Transfer(1)
    assert turns.state is State.TRANSFERRING
    assert turns.handle(ReplyReady(2)) == []
    assert turns.handle(Played(2)) == []
