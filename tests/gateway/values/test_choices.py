"""Choices by name; what each language says of them stands in tests/data/languages."""

from gateway.values.choices import named


def test_the_longest_words_win() -> None:
    choices = {"1": ("order",), "2": ("order status",)}
    assert named("the order status please", choices) == "2"
    assert named("an order", choices) == "1"


def test_words_count_as_a_whole_and_never_across_clauses() -> None:
    assert named("reorder", {"1": ("order",)}) is None
    assert named("an order, status unknown", {"1": ("order status",)}) is None


def test_words_behind_an_apostrophe_count() -> None:
    assert named("je veux l'atelier", {"1": ("atelier",)}, "fr") == "1"
