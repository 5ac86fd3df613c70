"""Kinds of answers that questions want, and that passages have."""

import pytest

from agent.knowledge.answer_types import asked, given, is_yes_or_no, lacks


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who is the manager?", "who"),
        ("How much is a crown?", "money"),
        ("When do you close?", "time"),
        ("How long does it take?", "duration"),
        ("Where do I park?", "where"),
        ("How heavy is it?", "measure"),
        ("When was the shop founded?", "year"),
        ("What is your fax number?", "contact"),
    ],
)
def test_what_a_question_wants(question: str, kind: str) -> None:
    assert kind in asked(question, "en")


def test_a_german_question() -> None:
    assert asked("Was kostet der Raum?", "de") == {"money"}
    assert asked("Wer ist der Leiter?", "de") == {"who"}


def test_a_passage_lacks_what_is_asked_for() -> None:
    def lacking(question: str, passage: str) -> bool:
        return lacks(question, asked(question, "en"), passage, given(passage, "en"), "en")

    assert not lacking("How much is a crown?", "A crown costs 620 euros.")
    assert lacking("How much is a crown?", "A crown takes two visits.")
    assert not lacking("How many quiet seats are there?", "The study room has 40 quiet seats.")
    assert lacking("How many rooms do you have?", "A single room costs 95 euros.")
    assert not lacking("Tell me about crowns.", "A crown costs 620 euros.")


def test_nothing_can_be_told_of_another_language() -> None:
    assert asked("Quanto custa uma coroa?", "pt") == frozenset()
    assert not is_yes_or_no("Está aberto?", "pt")


def test_what_a_passage_has() -> None:
    assert {"money"} <= given("A crown costs 620 euros.", "en")
    assert {"time"} <= given("We open at 9 a.m.", "en")
    assert {"who"} <= given("The manager is Helena Brandt.", "en")
    assert "money" not in given("We open at nine.", "en")
    assert "who" not in given("We open at nine.", "en")


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Do you sell cameras?", "en", True),
        ("And is it open?", "en", True),
        ("What do you sell?", "en", False),
        ("Gibt es eine Sauna?", "de", True),
        ("Wo ist die Sauna?", "de", False),
    ],
)
def test_a_question_for_yes_or_no(question: str, language: str, expected: bool) -> None:
    assert is_yes_or_no(question, language) == expected
