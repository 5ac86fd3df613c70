"""Numbers as they are said; what each language says stands in tests/data/languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.values.numbers import figures, said_choice, said_digits


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("the third of May twenty twenty-six", "en", "the third of may 20 26"),
        ("at half past four", "en", "at half past 4"),
        ("am dritten Mai zweitausendsechsundzwanzig", "de", "am dritten mai 2026"),
        ("le vingt-cinq décembre", "fr", "le 25 décembre"),
    ],
)
def test_numbers_within_other_words(text: str, language: str, expected: str) -> None:
    assert figures(text, language) == expected


@given(st.integers(min_value=0, max_value=999_999))
def test_figures_are_digits(number: int) -> None:
    assert said_digits(f"It's {number:,}, please.") == str(number)


@given(st.text(max_size=40), st.sampled_from(["en", "de", "es", "fr", "it", "nl"]))
def test_whatever_is_said_has_digits_or_none(text: str, language: str) -> None:
    found = said_digits(text, language), said_choice(text, language)
    assert all(digits == "" or digits.isdecimal() for digits in found)
