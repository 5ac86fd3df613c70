"""Days that were misheard, and words that are like days."""

import pytest

from tests.gateway.values.values import kind


@pytest.mark.parametrize(
    ("language", "said", "date"),
    [
        ("en", "The tent.", "2026-12-10"),
        ("en", "Tent.", "2026-12-10"),
        ("en", "Um, on the tent, please.", "2026-12-10"),
        ("en", "The fort.", "2026-12-04"),
        ("en", "The forth.", "2026-12-04"),
        ("en", "The sick.", "2026-12-06"),
        ("en", "The nine.", "2026-12-09"),
        ("en", "The fist.", "2026-12-01"),
        ("en", "The bird.", "2026-12-03"),
        ("en", "The turd, thanks.", "2026-12-03"),
        ("en", "The twelve.", "2026-12-12"),
        ("en", "The ate.", "2026-12-08"),
        ("en", "The tent of March.", "2027-03-10"),
        ("en", "February tent.", "2027-02-10"),
        ("en", "February sick.", "2027-02-06"),
        ("en", "The ate of next month.", "2026-12-08"),
        ("de", "Am Zähnen.", "2026-12-10"),
        ("de", "Am führten Mai.", "2027-05-04"),
        ("de", "Am britten, bitte.", "2026-12-03"),
        ("es", "El dies.", "2026-12-10"),
        ("es", "El tren de marzo.", "2027-03-03"),
        ("fr", "Le dit.", "2026-12-10"),
        ("fr", "Le vin mars.", "2027-03-20"),
        ("it", "Il treno.", "2026-12-03"),
        ("it", "Il vento di marzo.", "2027-03-20"),
    ],
)
def test_a_day_that_was_misheard_is_understood(language: str, said: str, date: str) -> None:
    assert kind("date", language).said("", said).value == date


@pytest.mark.parametrize(
    ("said", "date"), [("No, the tent.", "2026-12-10"), ("No, March tent.", "2027-03-10")]
)
def test_a_correction_too(said: str, date: str) -> None:
    assert kind("date").corrected("2026-12-01", said).value == date


ORDINARY = {
    "en": (
        "I have a tent.", "We slept in the tent.", "It's my tent.", "I'd like to rent the tent.", "My tent in March.",
        "I am sick.", "Sick.", "The sick one.", "I'm sick of it.", "I am sick in March.", "The sick leave in May.",
        "She ate.", "What we ate was cold.", "The bird is sick.", "A bird.", "I saw a bird in May.",
        "The fort is closed.", "Hold the fort.", "And so forth.", "Back and forth.", "He has a fist.",
        "I have thirst.", "It does not fit.", "The fit is bad.", "The force was with him.", "The aid came late.",
        "We heard nothing.", "I bought tents.", "Call me on the nine line.", "There are twelve of us.",
        "The eight of us.", "The ten people.", "What a turd.",
    ),
    "de": (
        "Ich will helfen.", "Helfen Sie mir.", "Am Elfenbein.", "Meine Zähne tun weh.", "Die Zehen.", "Am Morgen.",
        "Wir führten ein Gespräch.", "Zu viert.", "Wir kommen zu fünft.", "Am weiten Meer.", "Er ist der weiteste.",
    ),
    "es": (
        "Me duele el ojo.", "Voy en el tren.", "El tren llega tarde.", "Es mi primo.", "El primo de Juan.",
        "Por la mañana.",
    ),
    "fr": (
        "Du vin.", "J'aime le vin.", "Le vin est bon.", "Le roi est là.", "Il le dit.", "Je le dis toujours.",
        "Sur le toit.", "C'est trop douce.",
    ),
    "it": (
        "Prendo il treno.", "Il treno è in ritardo.", "C'è vento.", "Il vento è forte.", "Gioco al lotto.",
        "Il duo suona.", "È nuovo.",
    ),
}  # fmt: skip
"""Sentences that have such words and name no day."""


@pytest.mark.parametrize(
    ("language", "said"), [(code, said) for code, all_ in ORDINARY.items() for said in all_]
)
def test_of_ordinary_sentences_no_day_is_made(language: str, said: str) -> None:
    assert kind("date", language).said("", said).value == ""
    # "In March" puts the month right.
    if "Mar" not in said and "Ma" not in said:
        assert kind("date", language).corrected("2026-12-01", said).value == ""


@pytest.mark.parametrize("said", ["I am sick on Monday.", "My tent on Monday.", "She ate on Monday."])
def test_a_weekday_stays_one(said: str) -> None:
    assert kind("date").said("", said).value == "2026-11-30"
