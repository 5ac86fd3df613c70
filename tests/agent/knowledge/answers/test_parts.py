"""Two questions in one breath, and questions after small talk."""

import pytest

from agent.knowledge.answers.parts import questions_in


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("How much is a consultation and when are you open on Saturday?",
         ["How much is a consultation", "when are you open on Saturday?"]),
        ("What's your address, and can I park there?", ["What's your address", "can I park there?"]),
        ("Lovely weather today. Where would I leave my bike?", ["Where would I leave my bike?"]),
        ("Do you sell cameras and printers?", ["Do you sell cameras and printers?"]),
        ("I bought a phone and changed my mind.", ["I bought a phone and changed my mind."]),
    ],
)  # fmt: skip
def test_questions(text: str, questions: list[str]) -> None:
    assert questions_in(text, "en") == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Was kostet ein Attest und wer macht Akupunktur?", ["Was kostet ein Attest", "wer macht Akupunktur?"]),
        ("Reparieren Sie Handys und wie lange dauert das?", ["Reparieren Sie Handys", "wie lange dauert das?"]),
        ("Wie sind Ihre Zeiten, und liefern Sie auch?", ["Wie sind Ihre Zeiten", "liefern Sie auch?"]),
        ("Zwei Fragen, wo finde ich Sie und wie ist Ihre Telefonnummer?",
         ["wo finde ich Sie", "wie ist Ihre Telefonnummer?"]),
        ("Am Sonntag, haben Sie da offen?", ["Am Sonntag, haben Sie da offen?"]),
    ],
)  # fmt: skip
def test_german_questions(text: str, questions: list[str]) -> None:
    assert questions_in(text, "de") == questions


def test_words_of_a_language_without_a_file_stay_whole() -> None:
    assert questions_in("Wat is de prijs? What is it?", "nl") == ["Wat is de prijs? What is it?"]
