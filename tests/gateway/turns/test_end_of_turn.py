"""What the words say of the end of a turn, and how long the silence is that ends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.turns.end_of_turn import Silences, form, silence_s

S = Silences()


@pytest.mark.parametrize(
    "text",
    [
        "I would like to return the",
        "I bought a tablet and",
        "Because",
        "I'm calling because.",
        "Um,",
        "So,",
        "Well...",
        "When I opened the box",
        "If I order before two.",
        "When it is ready.",
        "After I opened the box.",
        "My name is Miller,",
        "It costs twenty or",
        "I have a question about my",
        "",
    ],
)
def test_more_must_come(text: str) -> None:
    assert form(text) == "open"
    assert silence_s(text, 0.99, S) == S.open_s


@pytest.mark.parametrize(
    "text",
    [
        "I would like to",
        "Is it possible to?",
        "Could you tell me",
        "I'd like to know.",
        "Do you sell? You know.",
        "Good morning.",
        "It takes about",
        "My name is",
        "Do you know when that?",
        "I am not sure if it",
        "I bought a laptop. Where",
        "What I'd like to know",
        "I have a laptop, which I bought for",
    ],
)
def test_more_should_come(text: str) -> None:
    assert form(text) in ("leaning", "open")
    assert silence_s(text, 0.5, S) > 1.2


@pytest.mark.parametrize(
    "text",
    [
        "What are your opening hours?",
        "So how much is it?",
        "Do you repair laptops?",
        "Where are you from?",
        "What is it for?",
        "can i pay by card",
        "Yes, please.",
        "Okay, thank you, goodbye.",
        "No, that was all.",
        "When do you close on Friday?",
        "When does express deliver your rive",
        "Since when have you been open?",
        "After how many days can I return a phone?",
        "If I order before two, when will it arrive?",
        "I have 600 dollars. What could I get in a phone and something to listen with?",
        "I am coming by car, what will it cost, and where do I drive in?",
        "We are eight people. Do you have a room until noon",
        "Could you sum up for me what a visitor needs to know?",
    ],
)
def test_a_whole_question_or_request(text: str) -> None:
    assert form(text) == "question"
    assert silence_s(text, 0.9, S) < 0.5


@pytest.mark.parametrize("text", ["Yes.", "On Tuesday.", "The blue one."])
def test_an_answer(text: str) -> None:
    assert form(text) == "answer"


@pytest.mark.parametrize(
    "text", ["I bought a phone last week.", "My order has not arrived", "I have lost it."]
)
def test_a_sentence_to_which_another_may_be_added(text: str) -> None:
    assert form(text) == "statement"
    assert S.fast_s < silence_s(text, 0.9, S) < silence_s(text, 0.1, S) < S.slow_s


@pytest.mark.parametrize(
    "text", ["My number is 427", "It's four two seven", "017 144", "The code is A 5", "order number 427-913."]
)
def test_digits_that_are_dictated(text: str) -> None:
    assert form(text) == "number"


@pytest.mark.parametrize("text", ["I need two", "About 200 euros.", "We are open until six."])
def test_other_numbers(text: str) -> None:
    assert form(text) != "number"


@pytest.mark.parametrize("text", ["Can you do that?", "Do you have those", "It's about this."])
def test_words_that_only_point(text: str) -> None:
    assert form(text) == "pointing"


def test_the_even_score_says_nothing() -> None:
    for even in (0.3, 0.5, 0.8):
        assert silence_s("I lost my receipt", even, Silences(even=even)) == pytest.approx(
            silence_s("I lost my receipt", None, S)
        )


@given(st.text(max_size=80), st.floats(0, 1), st.floats(0, 1))
def test_the_silence_is_bounded_and_falls_with_the_score(text: str, low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert S.fast_s <= silence_s(text, high, S) <= silence_s(text, low, S) <= S.open_s
