"""Words as an index counts them."""

import difflib

import pytest

from agent.knowledge.terms import adapted, terms


def test_stop_words_go_and_endings_too() -> None:
    assert terms("How much are the returned phones?", "en") == terms("return phone", "en")


def test_numbers_are_digits() -> None:
    assert terms("Nova five", "en") == terms("Nova 5", "en")


def test_a_possessive_is_its_noun() -> None:
    assert terms("the shop’s address", "en") == terms("shop address", "en")


def test_german_has_its_own_words() -> None:
    assert terms("Wo ist die Kantine?", "de") == ["kantin"]


def test_an_unknown_language_counts_every_word() -> None:
    assert terms("Hvor er det?", "da") == ["hvor", "er", "det"]


def test_words_that_a_recogniser_writes_apart_or_together() -> None:
    known = set(terms("TechStore earbuds", "en")) | set(terms("ear plug", "en"))
    assert adapted("tech store", "en", known) == terms("TechStore", "en")
    assert adapted("the ear buds", "en", set(terms("earbuds", "en"))) == terms("earbuds", "en")
    assert adapted("earplug", "en", known) == terms("ear plug", "en")


def test_a_word_that_is_nearly_known_becomes_it() -> None:
    known = frozenset(terms("instalments zephyr", "en"))
    assert adapted("instalment", "en", known) == terms("instalments", "en")
    assert adapted("zephir", "en", known) == terms("zephyr", "en")
    assert adapted("kitchen", "en", known) == terms("kitchen", "en")


@pytest.mark.parametrize(
    "word",
    ["zephir", "zephyrus", "instalment", "ryhpez", "xylophone", "qwxyz", "zepyhr", "installed", "aaaaaa"],
)
def test_no_word_that_is_alike_is_passed_over(word: str) -> None:
    known = frozenset(("zephyr", "instal", "kitchen", "xylophon", "aaaaa", "return"))
    alike = difflib.get_close_matches(terms(word, "en")[0], known, n=1, cutoff=0.8)
    assert adapted(word, "en", known) == (alike or terms(word, "en"))
