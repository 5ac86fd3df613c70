"""What machines say is found in what a recogniser makes of it."""

import pytest

from gateway.answering.wording import is_nearly_in, wording
from parley import languages
from parley.languages.said import plain


def machine(language: str, text: str, *, answering: bool = True) -> str | None:
    found = wording(language).found(plain(text), answering=answering)
    return found.machine if found else None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grund für ihren anruf", True),
        ("den grund für ihren anruhen", True),
        ("den kund für ihren anrufen", True),
        ("den grund für den anlass", False),
        ("grund für", False),
        ("", False),
    ],
)
def test_a_phrase_is_found_with_some_letters_wrong(text: str, found: bool) -> None:
    assert is_nearly_in("grundfürihrenanruf", text.replace(" ", "")) is found


def test_short_phrases_are_found_only_as_they_stand() -> None:
    assert machine("de", "die taste") == "menu"
    assert machine("de", "die kaste") is None


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("de", "Nennen Sie uns Ihren Namen und Ihre Telefonnummer, wir rufen Sie zurück.", "voicemail"),
        ("de", "Nennen Sie nach dem Ton Ihren Namen und den Grund für Ihren Anruf.", "screening"),
        ("en", "Record your name after the tone, and I'll try to connect you.", "screening"),
        ("en", "Press 3 for the mailbox, press 1 for sales.", "menu"),
        ("en", "Hello, how can I help you?", None),
        ("en", "Thank you for calling, this is Tom.", None),
    ],
)
def test_what_speaks_for_each_is_added_up(language: str, text: str, told: str | None) -> None:
    assert machine(language, text) == told


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "To proceed with your refund, kindly say refund, or say something else.", "menu"),
        ("de", "Für Fragen zum Vertrag sagen Sie bitte Vertrag, für alles andere Hilfe.", "menu"),
        ("es", "Diga cómo se llama y de qué se trata, y avisaré a la persona que busca.", "screening"),
        ("fr", "Indiquez votre identité, je demanderai si l'on peut vous répondre.", "screening"),
        ("it", "Questo numero telefonico risulta disattivato e non più assegnato.", "unobtainable"),
        ("en", "Good morning, Kingsley Furniture, you are speaking with Laura, how can I help?", None),
        ("de", "Guten Morgen, Möbelhaus Kranz, Sie sprechen mit Laura, wie kann ich helfen?", None),
        ("es", "Buenos días, Muebles Reina, le atiende Laura, ¿en qué puedo ayudarle?", None),
        ("fr", "Bonjour, Meubles Royer, Laura à l'appareil, comment puis-je vous aider?", None),
        ("it", "Buongiorno, Mobili Reali, sono Laura, come posso aiutarla?", None),
    ],
)
def test_what_no_phrase_has_is_told_by_examples(language: str, text: str, told: str | None) -> None:
    assert machine(language, text) == told


def test_fewer_words_have_to_be_surer() -> None:
    assert machine("en", "thank you for waiting please") is None
    assert machine("en", "thank you for waiting an adviser will be with you as soon as one is free") == "menu"


def test_who_answers_the_agent_may_say_that_somebody_is_away() -> None:
    for text in ("she is not available", "the number has been changed"):
        assert machine("en", text) is not None
        assert machine("en", text, answering=False) is None
    assert machine("en", "please leave a message after the tone", answering=False) == "voicemail"


def test_what_is_nothing_but_the_hint_tells_nothing() -> None:
    assert machine("it", "il numero è inesistente") is None
    assert machine("it", "il numero chiamato è inesistente") == "unobtainable"


@pytest.mark.parametrize("language", languages.codes())
def test_every_language_has_words_for_each_machine(language: str) -> None:
    known = languages.get(language).answering
    for phrases in (known.voicemail, known.screening, known.menu, known.unobtainable):
        assert phrases.phrases
        # Held against words as `plain` leaves them.
        for phrase in phrases.phrases:
            assert phrase == phrase.lower()
