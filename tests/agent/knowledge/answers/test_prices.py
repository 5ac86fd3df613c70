"""Prices that are compared, and figures that follow from others."""

import pytest

from agent.knowledge.answers.prices import Comparison, comparison, lowest_price, verdict
from agent.knowledge.answers.sums import Sums


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "Which is cheaper, the Nova 5 or the Nova 5 Pro?",
            "en",
            Comparison("the Nova 5", "the Nova 5 Pro", True),
        ),
        ("Is a crown dearer than a root canal?", "en", Comparison("a crown", "a root canal", False)),
        ("Was ist billiger, Gas oder Strom?", "de", Comparison("Gas", "Strom", True)),
        ("Which phone is the cheapest?", "en", None),
        ("How much is a crown?", "en", None),
        ("Lequel est moins cher?", "fr", None),
    ],
)
def test_what_is_compared(text: str, language: str, wanted: Comparison | None) -> None:
    assert comparison(text, language) == wanted


@pytest.mark.parametrize(
    ("fact", "language", "price"),
    [("It costs $1,099.", "en", 1099), ("From 4.99 dollars.", "en", 4.99), ("80 oder 160 Euro.", "de", 160),
     ("2,10 Euro.", "de", 2.1), ("€5 or €3.", "en", 3), ("5 € ou 3 €", "fr", 3), ("It takes 3 days.", "en", None)],
)  # fmt: skip
def test_a_price(fact: str, language: str, price: float | None) -> None:
    assert lowest_price(fact, language) == price


def test_the_verdict_is_in_the_callers_words() -> None:
    asked = Comparison("the Nova", "the Pro", cheaper=True)
    assert verdict(asked, (399, 599), "en") == "The Nova is cheaper."
    assert verdict(asked, (599, 399), "en") == "The Pro is cheaper."
    assert verdict(Comparison("Gas", "Strom", cheaper=False), (1, 2), "de") == "Strom ist teurer."
    assert verdict(asked, (1, 1), "en") == "Both cost the same."


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("It costs $25.", True), ("Two cost $50.", True), ("Three cost $75.", False), ("It costs $26.", False),
        ("It is $15 cheaper.", True), ("It costs $15.", False), ("Together they cost $65.", True),
        ("It is 5 euros.", False),
    ],
)  # fmt: skip
def test_prices_follow_or_not(said: str, holds: bool) -> None:
    assert Sums("en").prices_hold(said, {"25", "40"}, {"2"}) is holds


def test_a_date_among_the_figures_is_no_price() -> None:
    assert Sums("de").prices_hold("Es kostet 25 Euro.", {"24.12.2026", "25"}, ())


def test_what_is_no_price_stays() -> None:
    assert Sums("en").without_prices("For 3 people it is 50 euros.").split() == [
        "For",
        "3",
        "people",
        "it",
        "is",
        ".",
    ]
    assert Sums("en").rates("2 euros an Hour and 14 a day") == {"hour", "day"}
    assert Sums("fr").rates("2 euros de l'heure, 14 par jour") == {"heure", "jour"}
