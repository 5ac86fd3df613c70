"""Who asks for a person, and who only mentions one."""

import pytest

from agent.wishes.persons import is_heard, is_yes, person_wanted
from parley.agents.dialogue import Target

TARGETS = {
    "desk": Target(name="the front desk", extension="1001"),
    "sales": Target(name="our sales team", queue="sales", words=("sales", "sales team", "Verkauf")),
}


@pytest.mark.parametrize(
    "text",
    [
        "I want to speak to a person.",
        "Can I talk to a human?",
        "Could I speak with someone, please?",
        "I would like to talk to a real person",
        "Please connect me to an agent.",
        "Transfer me to a representative!",
        "Let me speak to your manager.",
        "Put me through to somebody.",
        "get me a human",
        "Operator, please.",
        "Human.",
        "a real person please",
        "I need a human",
        "Can I talk to one of your colleagues?",
    ],
)
def test_a_person_is_asked_for(text: str) -> None:
    assert person_wanted(text, TARGETS) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Connect me with sales.",
        "Can I talk to the sales team?",
        "I want to speak to someone in sales",
    ],
)
def test_people_are_asked_for_by_their_words(text: str) -> None:
    assert person_wanted(text, TARGETS) == "sales"


def test_people_are_asked_for_by_their_words_in_another_language() -> None:
    assert person_wanted("Verbinden Sie mich mit dem Verkauf.", TARGETS, "de") == "sales"


@pytest.mark.parametrize(
    "text",
    [
        "How many people work there?",
        "Is the headset good for one person?",
        "I don't want to talk to a person.",
        "What sales do you have on Saturday?",
        "Does the assistant speak German?",
        "The person I spoke to said you open at ten.",
        "Can the tablet talk to the printer?",
        "Do you speak English?",
        "I want a laptop for my manager.",
        "",
    ],
)
def test_nobody_is_asked_for(text: str) -> None:
    assert person_wanted(text, TARGETS) is None


def test_who_has_no_people_gives_nobody() -> None:
    assert person_wanted("I want to speak to a person.", {}) is None


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
