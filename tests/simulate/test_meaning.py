"""Meaning by the agents' own embeddings: what says the same is nearer than what only sounds alike."""

import os
from pathlib import Path

import pytest

from parley.simulation.words import NEAR
from simulate.meaning import Meaning

MODELS = Path(os.environ.get("MODELS_DIR", "/models"))


@pytest.fixture(scope="session")
def meaning() -> Meaning:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    return Meaning(MODELS)


SAME = [
    ("en", "Delivery is free over fifty dollars.", "Delivery costs $4.99; for orders over $50 it costs nothing."),
    ("en", "Express delivery costs 12 dollars and is there tomorrow.",
     "Express delivery costs $12 and arrives tomorrow, if you order before 2 p.m."),
    ("en", "We are closed on Sundays.", "On Sunday we are closed all day, and on public holidays as well."),
    ("en", "We take cards and PayPal.", "We accept cash in the shop, cards and PayPal. Is there anything else?"),
    ("de", "Die Tiefgarage kostet 2 Euro pro Stunde.",
     "Die Tiefgarage kostet 2 Euro pro Stunde und 14 Euro am Tag; die Einfahrt ist in der Kanalstraße."),
    ("de", "Die Kantine liegt auf der ersten Etage.",
     "Die Kantine ist im ersten Stock und hat mittags von 11 Uhr 30 bis 14 Uhr geöffnet; Gäste sind willkommen."),
]  # fmt: skip
OTHER = [
    ("en", "Delivery is free over fifty dollars.", "The USB-C charger costs $25."),
    ("en", "The shop is shut on Sundays.", "Our address is 12 Market Street, next to Central Station."),
    ("en", "You may pay by card.", "I am sorry, I do not know that. Would you like to speak to a colleague?"),
    ("de", "Die Tiefgarage kostet 2 Euro pro Stunde.", "Fahrräder stehen im Innenhof."),
    (
        "de",
        "Rauchen ist nur auf der Dachterrasse erlaubt.",
        "Das Haus ist täglich von 6 bis 22 Uhr geöffnet.",
    ),
    ("de", "Rauchen ist nur auf der Dachterrasse erlaubt.", "Das weiß ich leider nicht."),
]


@pytest.mark.parametrize(("language", "wanted", "answer"), SAME)
def test_what_says_the_same_is_near(meaning: Meaning, language: str, wanted: str, answer: str) -> None:
    assert meaning.likeness(wanted, answer, language) >= NEAR


@pytest.mark.parametrize(("language", "wanted", "answer"), OTHER)
def test_what_says_something_else_is_not(meaning: Meaning, language: str, wanted: str, answer: str) -> None:
    assert meaning.likeness(wanted, answer, language) < NEAR
