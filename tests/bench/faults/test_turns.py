"""What callers noticed becomes figures."""

import pytest

from bench.faults.turns import (
    Account,
    Probe,
    Question,
    Turn,
    answers,
    asks_again,
    figures,
    missing,
    stretches,
)

OPEN = Question("What are your opening hours on Saturday?", ("saturday",))


def turn(**fields: object) -> Turn:
    return Turn(OPEN, 10.0, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "silence"),
    [
        (turn(stretches=[(10.6, 13.0)], until=14.2, answered=True), 0.6),
        (turn(stretches=[(12.0, 12.8), (16.8, 19.0)], until=20.2, answered=True), 4.0),
        (turn(stretches=[(12.0, 13.0)], until=28.0), 15.0),
        (turn(until=25.0), 15.0),
    ],
    ids=["answered", "bridged, then answered", "bridged, then nothing", "nothing"],
)
def test_the_longest_silence_is_between_voices_or_until_the_caller_gives_up(asked: Turn, silence: float):
    assert asked.longest_silence_s == pytest.approx(silence)


def test_stretches_of_one_sentence_are_one_and_begin_no_earlier_than_the_caller_ended():
    found = [[1.0, 5.0], [9.0, 10.4], [10.7, 11.0], [13.0, 14.0]]
    assert stretches(found, 10.0) == [(10.0, 11.0), (13.0, 14.0)]


@pytest.mark.parametrize(
    ("heard", "answered", "again"),
    [
        ("On Saturday, we are open from 10 a.m.", True, False),
        ("I am sorry, I did not get that. Could you say it again?", False, True),
        ("One moment, please.", False, False),
        ("", False, False),
    ],
)
def test_an_answer_has_the_words_and_a_request_to_repeat_says_again(heard: str, answered: bool, again: bool):
    assert (answers(OPEN, heard), asks_again(heard)) == (answered, again)


def test_words_that_stand_in_no_record_are_missing_each_line_counting_once():
    said = ["Is there parking near the shop?", "How long is the warranty?", "How long is the warranty?"]
    recorded = ["Is their parking near the shop", "how long is the warranty"]
    assert missing(said, recorded) == ["How long is the warranty?"]


def test_figures_count_what_was_lost_repeated_and_dropped():
    calls = [
        Account(0.0, [turn(stretches=[(10.6, 13.0)], answered=True, repeats=1)]),
        Account(0.0, [turn(until=22.0)], dropped=True),
    ]
    found = figures(calls, Probe(3.5, refused=2), 4)
    assert found == {
        "calls_dropped": 1,
        "turns_lost": 1,
        "turns_repeated": 1,
        "longest_silence_s": pytest.approx(12.0),
        "words_lost": 4,
        "new_call_after_s": 3.5,
        "calls_refused": 2,
        "calls_unheard": 0,
    }


def test_without_turns_there_is_no_silence_to_tell_of():
    assert figures([], None, None)["longest_silence_s"] is None


@pytest.mark.parametrize(
    ("last", "lost"),
    [
        (turn(until=25.0), 1),
        (turn(until=12.0), 0),
        (turn(stretches=[(11.0, 12.0)], until=27.0), 0),
        (turn(stretches=[(10.6, 13.0)], until=14.2, answered=True), 0),
    ],
    ids=["mute to its end", "ended soon by the caller", "a word was heard", "answered"],
)
def test_a_call_in_which_nothing_is_heard_any_more_is_lost_though_nobody_ended_it(last: Turn, lost: int):
    assert figures([Account(0.0, [last])], None, None)["calls_dropped"] == lost
