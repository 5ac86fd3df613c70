"""How much of a reply was heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.conversation.replies import Reply
from parley.audio import SAMPLE_RATE, Pcm


def pcm(samples: int) -> Pcm:
    return np.zeros(samples, np.int16)


def reply(*spans: tuple[str, int]) -> Reply:
    reply = Reply(1)
    for seq, (text, samples) in enumerate(spans):
        assert reply.add(seq, text, pcm(samples))
    return reply


@pytest.mark.parametrize(
    ("played", "heard"),
    [
        (0, ""),
        (99, ""),
        (100, "one"),
        (250, "one two"),
        (399, "one two three"),
        (400, "one two three four."),
        (450, "one two three four. five"),
        (499, "one two three four. five"),
        (500, "one two three four. five six"),
        (9999, "one two three four. five six"),
    ],
)
def test_the_words_within_what_was_played(played: int, heard: str) -> None:
    assert reply(("one two three four. ", 400), ("five six", 100)).heard(played) == heard


def test_the_words_that_are_just_said() -> None:
    words = reply(("one two three four five six seven eight nine ten", 160_000))
    assert words.just_said(0) == ""
    assert words.just_said(80_000) == "four five"
    assert words.just_said(160_000) == "nine ten"


def test_a_stretch_that_comes_again_is_not_taken() -> None:
    it = reply(("one ", 100), ("two", 100))
    assert not it.add(0, "one ", pcm(100))
    assert not it.add(1, "deux", pcm(100))
    assert it.add(2, " three", pcm(100))
    assert it.text == "one two three"


def test_nothing_yet() -> None:
    assert Reply(1).heard(0) == ""
    assert Reply(1).text == ""


def test_words_without_speech_are_heard_with_what_follows() -> None:
    assert reply(("", 100), ("…", 0), ("word", 100)).heard(50) == ""
    assert reply(("…", 0), (" word", 100)).heard(100) == "… word"


words = st.lists(st.text(alphabet="abc .,\n", max_size=12), max_size=5)


@given(
    words, st.lists(st.integers(0, 500), min_size=5, max_size=5), st.integers(0, 3000), st.integers(0, 3000)
)
def test_what_was_heard_only_grows_and_is_the_beginning(
    texts: list[str], lengths: list[int], first: int, second: int
) -> None:
    it = reply(*zip(texts, lengths, strict=False))
    less, more = sorted((first, second))
    assert it.heard(more).startswith(it.heard(less))
    assert it.text.startswith(it.heard(more))
    assert it.heard(sum(lengths)) == it.text


@pytest.mark.parametrize(("played", "ratio"), [(0, 0.0), (250, 0.5), (500, 1.0), (501, 1.0)])
def test_the_share_that_was_heard(played: int, ratio: float) -> None:
    assert reply(("one two three four. ", 400), ("five six", 100)).heard_ratio(played) == ratio
    assert Reply(2).heard_ratio(played) == 0.0


SPOKEN = "I am sorry, I do not know that. Would you like to speak to a colleague? I can connect you."


@pytest.mark.parametrize(
    ("seconds", "asked"),
    [(1.0, False), (2.4, False), (4.4, True), (5.1, True), (5.8, True), (7.0, True), (7.9, False)],
)
def test_a_question_is_known_before_its_end_and_for_a_while_after_it(seconds: float, asked: bool) -> None:
    """The question is spoken from about 2.4 s to 5.4 s."""
    spoken = reply((SPOKEN, SAMPLE_RATE * len(SPOKEN) // 13))
    expected = "Would you like to speak to a colleague?" if asked else ""
    assert spoken.asking(round(seconds * SAMPLE_RATE)) == expected


def test_what_asks_nothing_is_no_question() -> None:
    assert reply(("We are open from nine to five.", SAMPLE_RATE * 2)).asking(SAMPLE_RATE) == ""
