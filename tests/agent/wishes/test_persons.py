"""Who agrees to what was offered."""

import pytest

from agent.wishes.persons import is_heard, is_yes


@pytest.mark.parametrize(
    "text", ["Yes.", "Yes, please!", "Sure.", "Okay, yes.", "yeah", "Uh-huh.", "Absolutely!"]
)
def test_yes(text: str) -> None:
    assert is_yes(text)


def test_yes_in_german() -> None:
    assert is_yes("Ja, gerne.", "de")


@pytest.mark.parametrize(
    "text", ["No.", "Yes, but what about Sunday?", "", "Yesterday", "yes I have a question"]
)
def test_no_yes(text: str) -> None:
    assert not is_yes(text)


UNKNOWN = "I am sorry, I do not know that. Would you like to speak to a colleague?"


@pytest.mark.parametrize(
    "heard",
    [
        UNKNOWN,
        f"We are open today. {UNKNOWN}",
        "I am sorry, I do not know that. Would you like to speak to a",
        "I am sorry, I do not know that. Would you like to",
    ],
)
def test_an_offer_counts_once_its_meaning_was_heard(heard: str):
    assert is_heard(UNKNOWN, heard)


@pytest.mark.parametrize(
    "heard",
    ["", "I am sorry,", "I am sorry, I do not know that. Would you", f"{UNKNOWN} We are open today.", "Yes."],
)
def test_what_was_not_heard_was_not_offered(heard: str):
    assert not is_heard(UNKNOWN, heard)
