"""What is asked of an answer's words."""

import pytest

from parley.simulation.schema import Words
from parley.simulation.words import has, of_words


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("Delivery costs $4.99; over $50 nothing.", "$4.99", True),
        ("Delivery costs $14.99.", "$4.99", False),
        ("It costs $4.995.", "$4.99", False),
        ("We are open from 10 a.m. to 5 p.m.", "10", True),
        ("Call 100.", "10", False),
        ("a freedom", "free", False),
        ("It’s  Free.", "it's free", True),
        ("Write to help@techstore.example,", "help@techstore.example", True),
        ("Auf der Straße", "STRASSE", True),
        ("Er sagte „ja“.", '"ja"', True),
        ("number: •••", "•••", True),
    ],
)
def test_words_are_found_as_whole_ones(text: str, words: str, there: bool) -> None:
    assert has(text, words) is there


def test_an_answer_without_words_means_nothing() -> None:
    assert len(list(of_words(Words(means=("a", "b")), "", "en", lambda *_: 0.0))) == 1
    assert list(of_words(Words(means=("a", "b")), "b", "en", lambda wanted, *_: float(wanted == "b"))) == []
