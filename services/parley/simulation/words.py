"""Whether the words of an answer are what a test asks of them. Pure."""

import re
from collections.abc import Callable, Iterator

from parley.simulation.schema import Words, listed

Likeness = Callable[[str, str, str], float]
"""How like an answer, the second text, or the likest of its sentences, is to the first in this language: up to 1."""
NEAR = 0.6
"""Likeness from which two sentences are taken to say the same. Of pairs of different facts of one sample one in a
hundred is as like in English (techstore), three in German (reception): such as differ in little but figures or names.
"""
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " "})


def has(text: str, words: str) -> bool:
    """Whether words stand in a text, whole ones, in whatever case."""
    parts = map(re.escape, words.translate(_MARKS).casefold().split())
    return re.search(rf"(?<!\w){r'\s+'.join(parts)}(?!\w)", text.translate(_MARKS).casefold()) is not None


def of_words(wanted: Words, answer: str, language: str, likeness: Likeness) -> Iterator[str]:
    """What is wrong with the words of an answer."""
    for words in listed(wanted.contains):
        if not has(answer, words):
            yield f"does not contain {words!r}"
    if wanted.any_of and not any(has(answer, words) for words in listed(wanted.any_of)):
        yield f"contains none of {', '.join(map(repr, listed(wanted.any_of)))}"
    for words in listed(wanted.must_not):
        if has(answer, words):
            yield f"must not contain {words!r}"
    if wanted.means:
        near = max(likeness(text, answer, language) if answer else 0.0 for text in listed(wanted.means))
        if near < NEAR:
            yield f"does not mean {' or '.join(map(repr, listed(wanted.means)))}: {near:.2f}, needs {NEAR:.2f}"
