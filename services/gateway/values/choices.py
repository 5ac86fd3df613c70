"""Choices by name: which of several a caller wants, and not which one they do not want. Pure."""

from collections.abc import Iterable, Mapping

from parley import languages
from parley.languages.said import clauses, plain
from parley.languages.schema import Choices

_EXPECTED_WAYS = 2


def named(text: str, choices: Mapping[str, tuple[str, ...]], language: str = languages.DEFAULT) -> str | None:
    """Return the choice whose words are in the text, as whole words; of several the one with the longest words.

    What is refused does not count: "I don't need the clinic, I want the shop".
    """
    known = languages.get(language).choices
    said = f" {' . '.join(_wanted(_apart(clause), known) for clause in clauses(text))} "
    found = [
        (len(words), key)
        for key, ways in choices.items()
        for words in (_apart(plain(way)) for way in ways)
        if words and f" {words} " in said
    ]
    return max(found, key=lambda f: f[0])[1] if found else None


def expected(choices: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the first words of each choice: those that a recogniser is to expect, whose time grows with them."""
    return tuple(way for ways in choices for way in ways[:_EXPECTED_WAYS])


def _apart(said: str) -> str:
    """Plain words with those apart that an apostrophe joins: "l'atelier"."""
    return said.replace("'", " ")


def _wanted(left: str, known: Choices) -> str:
    """A clause without what is refused in it."""
    kept: list[str] = []
    refused = just = False
    while left:
        refusing, wanting = (group.begin(left) for group in (known.refusing, known.wanting))
        if refusing and wanting and wanting.end() > refusing.end():
            refusing = None
        just_before, just = just, refusing is not None
        # "No quiero": what is wanted there is refused.
        refused = refusing is not None or (refused and (just_before or not wanting))
        found = refusing or wanting
        taken = found[0] if found else left.partition(" ")[0]
        left = left[len(taken) :].strip()
        if refusing and not left:
            return ""  # "Die Klinik brauche ich nicht."
        if not refused:
            kept.append(taken)
    return " ".join(kept)
