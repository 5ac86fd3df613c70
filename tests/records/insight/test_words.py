"""What single lines of callers tell, in all languages."""

import pytest

from records.insight.words import asks, offers_person, says_again, telling, wants_person, wants_wait


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, goodbye.", "Yes please.", "No thanks, that's all.", "Hello?", "4711", "", "Okay.",
        "Nein, danke.", "Auf Wiederhören!", "Gracias, adiós.", "Merci, au revoir.", "Grazie, arrivederci.",
        "[telephone]", "Yes, [email].",
    ],
)  # fmt: skip
def test_politeness_asks_for_nothing(text: str) -> None:
    assert not asks(text)
    assert telling(text) == frozenset()


@pytest.mark.parametrize(
    "text",
    ["When do you open?", "Tuesday at ten.", "Wo sind Sie?", "Hello, is it far?", "¿Dónde están?", "Blue."],
)
def test_what_wants_something_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can I talk to a human please?", "I'd like to speak with someone in sales.", "Put me through to the kitchen.",
        "Kann ich bitte mit einem Menschen sprechen?", "Verbinden Sie mich mit der Werkstatt.",
        "Quiero hablar con una persona.", "Passez-moi le service technique.", "Vorrei parlare con un operatore.",
    ],
)  # fmt: skip
def test_a_person_is_asked_for(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "I already asked that.", "That's not what I asked.", "You don't understand me.", "Das war nicht meine Frage.",
        "Wie gesagt, am Montag.", "Ya se lo he dicho.", "Ce n'était pas ma question.", "Gliel'ho già detto.",
    ],
)  # fmt: skip
def test_who_has_asked_before_says_so(text: str) -> None:
    assert says_again(text)


@pytest.mark.parametrize(
    "text", ["What does the manager earn?", "Is it a person or a machine?", "How is it said?"]
)
def test_what_only_sounds_like_it_is_neither(text: str) -> None:
    assert not wants_person(text)
    assert not says_again(text)


def test_two_ways_to_ask_the_same_have_the_same_words() -> None:
    assert telling("Is the pool heated in winter?") == telling("In winter, is the pool heated?")
    assert telling("Is the pool heated?") != telling("Is the sauna heated?")
    assert telling("My number is [telephone].") == telling("My number is 030 1234567.")
    assert wants_wait("Wait, let me get a pen.")


@pytest.mark.parametrize(
    ("line", "so"),
    [
        ("Shall I connect you with a colleague in the shop?", True),
        ("Soll ich Sie mit dem Verkauf verbinden?", True),
        ("¿Quiere que le pase con un compañero?", True),
        ("Voulez-vous que je vous mette en relation avec le service ?", True),
        ("Vuole che la metta in contatto con un collega?", True),
        ("Shall I connect you with?", False),
        ("We close at six. Shall I connect you with a colleague?", False),
        ("At six.", False),
    ],
)
def test_an_offer_of_people_is_known(line: str, so: bool) -> None:
    assert offers_person(line) is so
