"""A yes to a read-back: with another value it is a correction, with the same one, or words of other things, a yes."""

from typing import Any

import pytest

from gateway.values.picks import Reaction, reaction
from parley.agents.dialogue import CollectKind, Digits, Range
from tests.gateway.values.values import kind

FIELDS: dict[str, dict[str, Any]] = {
    "digits": {"digits": Digits(min=4, max=6)},
    "number": {"range": Range(min=1, max=100)},
    "spelled": {"letters": Digits(min=3, max=6)},
}
SIZES = {
    "en": ("small", "large"), "de": ("klein", "groß"), "es": ("pequeño", "grande"), "fr": ("petit", "grand"),
    "it": ("piccolo", "grande"),
}  # fmt: skip


def agreed(of: CollectKind, language: str, value: str, said: str) -> tuple[str, ...]:
    """The value that is read back next, or those of which one is to be picked; none: it is taken as it was."""
    assert reaction(said, language) is Reaction.YES
    small, large = SIZES[language]
    fields = {"options": {"s": (small,), "l": (large,)}} if of == "one-of" else FIELDS.get(of, {})
    country = "DE" if of in ("phone", "postal-code") else ""
    reading = kind(of, language, country, **fields).agreed(value, said)
    return reading.either or ((reading.value,) if reading.value else ())


OTHERS: list[tuple[CollectKind, str, str, str, str]] = [
    ("date", "en", "2026-12-01", "Yes, Wednesday.", "2026-12-02"),
    ("date", "en", "2026-12-01", "Yes, the fifth please.", "2026-12-05"),
    ("date", "en", "2026-12-01", "Right, tomorrow.", "2026-11-29"),
    ("date", "en", "2026-12-01", "Yes, in May.", "2027-05-01"),
    ("date", "en", "2026-12-01", "Yes, the tent.", "2026-12-10"),
    ("date", "de", "2026-12-01", "Ja, Mittwoch.", "2026-12-02"),
    ("date", "de", "2026-12-01", "Genau, am fünften.", "2026-12-05"),
    ("date", "es", "2026-12-01", "Sí, el miércoles.", "2026-12-02"),
    ("date", "fr", "2026-12-01", "Oui, mercredi.", "2026-12-02"),
    ("date", "it", "2026-12-01", "Sì, mercoledì.", "2026-12-02"),
    ("time", "en", "15:00", "Yes, at four.", "16:00"),
    ("time", "en", "15:00", "Yes, half past three.", "15:30"),
    ("time", "en", "15:00", "Yes, in the morning.", "03:00"),
    ("time", "en", "15:00", "Yes, noon.", "12:00"),
    ("time", "en", "15:00", "Yes, between four and six.", "16:00 18:00"),
    ("time", "de", "15:00", "Ja, um vier.", "16:00"),
    ("time", "de", "15:00", "Ja, halb vier.", "15:30"),
    ("time", "es", "15:00", "Sí, a las cuatro.", "16:00"),
    ("time", "fr", "15:00", "Oui, à quatre heures.", "16:00"),
    ("time", "it", "15:00", "Sì, alle quattro.", "16:00"),
    ("number", "en", "4", "Yes, five.", "5"),
    ("number", "en", "4", "Yes, one.", "1"),
    ("number", "de", "4", "Ja, fünf Personen.", "5"),
    ("number", "es", "4", "Sí, cinco.", "5"),
    ("number", "fr", "4", "Oui, cinq.", "5"),
    ("number", "it", "4", "Sì, cinque.", "5"),
    ("one-of", "en", "s", "Yes, the large one.", "l"),
    ("one-of", "en", "s", "Yes, the second one.", "l"),
    ("one-of", "de", "s", "Ja, groß.", "l"),
    ("one-of", "es", "s", "Sí, grande.", "l"),
    ("one-of", "fr", "s", "Oui, grand.", "l"),
    ("one-of", "it", "s", "Sì, grande.", "l"),
    ("digits", "en", "4711", "Yes, 4712.", "4712"),
    ("digits", "en", "4711", "Yes, the last one is a two.", "4712"),
    ("digits", "de", "4711", "Ja, vier sieben eins zwei.", "4712"),
    ("digits", "es", "4711", "Sí, cuatro siete uno dos.", "4712"),
    ("digits", "fr", "4711", "Oui, quatre sept un deux.", "4712"),
    ("digits", "it", "4711", "Sì, quattro sette uno due.", "4712"),
    ("phone", "en", "03012345678", "Yes, 030 12345679.", "03012345679"),
    ("phone", "en", "03012345678", "Yes, 5679.", "03012345679"),
    ("phone", "de", "03012345678", "Ja, die letzte ist eine Sieben.", "03012345677"),
    ("name", "en", "Meyer", "Yes, Smith.", "Smith"),
    ("name", "en", "Meyer", "Yes, M-A-Y-E-R.", "Mayer"),
    ("name", "de", "Meyer", "Ja, Schmidt.", "Schmidt"),
    ("email", "en", "jon@gmail.com", "Yes, peter@gmail.com.", "peter@gmail.com"),
    ("email", "en", "jon@gmail.com", "Yes, at gmx dot com.", "jon@gmx.com"),
    ("email", "de", "jon@gmail.com", "Ja, jon@gmx.de.", "jon@gmx.de"),
    ("spelled", "en", "ABC4", "Yes, A B C five.", "ABC5"),
    ("spelled", "en", "ABC4", "Yes, D as in Delta.", "ADC4"),
    ("spelled", "en", "ABC4", "Yes, the last one is five.", "ABC5"),
    ("postal-code", "de", "10115", "Ja, 10117.", "10117"),
]


@pytest.mark.parametrize(("of", "language", "value", "said", "other"), OTHERS)
def test_with_another_value_it_is_a_correction(
    of: CollectKind, language: str, value: str, said: str, other: str
) -> None:
    assert agreed(of, language, value, said) == tuple(other.split())


YESES = {
    "en": ["Yes.", "Yes, please.", "Yes, that's right.", "Yes, exactly right.", "Yes, thank you.", "Yes, one moment.",
           "Yes, that's the one.", "Yes, I am.", "Yes, a second.", "Yes, may I ask something?", "Yes, that one."],
    "de": ["Ja.", "Ja, genau.", "Ja, das ist richtig.", "Ja, danke.", "Ja, gut.", "Ja, stimmt so."],
    "es": ["Sí.", "Sí, exacto.", "Sí, eso es.", "Sí, gracias.", "Sí, un momento."],
    "fr": ["Oui.", "Oui, c'est ça.", "Oui, tout à fait.", "Oui merci.", "Oui, un moment."],
    "it": ["Sì.", "Sì, esatto.", "Sì, va bene.", "Sì, grazie.", "Sì, un momento."],
}  # fmt: skip
VALUES: dict[CollectKind, str] = {
    "date": "2026-12-01", "time": "15:00", "number": "4", "one-of": "s", "digits": "4711", "phone": "03012345678",
    "name": "Meyer", "email": "jon@gmail.com", "spelled": "ABC4", "postal-code": "10115", "yes-no": "no",
}  # fmt: skip


@pytest.mark.parametrize("of", VALUES)
@pytest.mark.parametrize(
    ("language", "said"), [(code, said) for code, all_ in YESES.items() for said in all_]
)
def test_without_one_it_is_a_yes(of: CollectKind, language: str, said: str) -> None:
    assert agreed(of, language, VALUES[of], said) == ()


@pytest.mark.parametrize(
    ("of", "language", "said"),
    [
        ("date", "en", "Yes, Tuesday."),
        ("date", "en", "Yes, Tuesday the first."),
        ("date", "de", "Ja, am Dienstag."),
        ("date", "de", "Ja, am Morgen."),
        ("date", "es", "Sí, el martes por la mañana."),
        ("date", "es", "Sí, por la mañana."),
        ("date", "fr", "Oui, le mardi."),
        ("date", "it", "Sì, martedì."),
        ("time", "en", "Yes, three."),
        ("time", "en", "Yes, three in the afternoon."),
        ("time", "en", "Yes, for four people."),
        ("time", "en", "Yes, for two hours."),
        ("time", "de", "Ja, um drei."),
        ("time", "de", "Ja, für vier Personen."),
        ("time", "es", "Sí, a las tres."),
        ("time", "fr", "Oui, à trois heures."),
        ("time", "it", "Sì, alle tre."),
        ("number", "en", "Yes, four people."),
        ("number", "en", "Yes, one hundred percent."),
        ("number", "de", "Ja, hundert Prozent."),
        ("one-of", "en", "Yes, small."),
        ("digits", "en", "Yes, seven one one."),
        ("phone", "en", "Yes, 030 12345678."),
        ("phone", "en", "Yes, 5678."),
        ("name", "en", "Yes, Mayer."),
        ("name", "de", "Ja, Herr Meyer."),
        ("name", "de", "Ja, das ist mein Name."),
        ("email", "en", "Yes, john@gmail.com."),
        ("email", "en", "Yes, dot com."),
        ("spelled", "en", "Yes, I see."),
        ("spelled", "en", "Yes, B as in Bravo."),
    ],
)
def test_the_same_again_is_a_yes(of: CollectKind, language: str, said: str) -> None:
    assert agreed(of, language, VALUES[of], said) == ()


def test_a_night_hour_said_again_is_the_same() -> None:
    assert agreed("time", "en", "03:00", "Yes, three.") == ()
    assert agreed("time", "en", "03:00", "Yes, three pm.") == ("15:00",)
    assert agreed("time", "en", "17:10", "Yes, 5-10.") == ()
