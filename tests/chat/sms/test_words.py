import pytest

from chat.sms.words import meant, resumes
from parley.agents.dialogue import Translation
from tests.chat.conftest import shop

GERMAN = shop(language="de", languages={"en": Translation(greeting="Hello.")})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", "stop"),
        (" Stop. ", "stop"),
        ("unsubscribe", "stop"),
        ("STOPALL", "stop"),
        ("ARRÊT", "stop"),
        ("Abmelden", "stop"),
        ("start", "start"),
        ("UNSTOP", "start"),
        ("Help!", "help"),
        ("AYUDA", "help"),
    ],
)
def test_a_whole_message_is_such_a_word_in_any_language(text: str, word: str) -> None:
    found = meant(text, shop())
    assert found is not None
    assert found[0] == word


@pytest.mark.parametrize("text", ["Stop please", "Please help me", "When do you start?", "", "yes", "1"])
def test_anything_else_is_a_message(text: str) -> None:
    assert meant(text, shop()) is None


def test_the_agents_own_language_comes_first() -> None:
    assert meant("STOP", GERMAN) == ("stop", "de")
    assert meant("quit", GERMAN) == ("stop", "en")


def test_a_yes_counts_for_who_gets_nothing() -> None:
    assert resumes("YES")
    assert resumes("Sí")
    assert not resumes("yes please")
