"""What some words are said as, and words without the marks around them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """What some words are said as, without the marks after the last one."""

    said: str
    words: int = 1
    short: bool = False
    """Whether a point behind it is that of an abbreviation."""


type Way = Callable[[Sequence[str], int], Form | None]
"""Finds the form that begins at a place of the words, if there is one."""

_MARKS = re.compile(r"""["'(\[“‘«¿¡]*(.*?)[,.;:!?…"')\]”’»]*""", re.DOTALL)


def core(word: str) -> str:
    """A word without the marks around it."""
    match = _MARKS.fullmatch(word)
    return match[1] if match else word


def at(words: Sequence[str], place: int) -> str:
    """The word at a place, without marks; nothing outside of the text."""
    return core(words[place]) if 0 <= place < len(words) else ""


def first(ways: Sequence[Way], words: Sequence[str], place: int) -> Form | None:
    """What the first of the ways finds that finds anything."""
    return next((form for way in ways if (form := way(words, place))), None)


def joins(words: Sequence[str], place: int) -> bool:
    """Whether no mark parts the word at a place from the next one."""
    return place + 1 < len(words) and words[place][-1:] not in ',;:!?…")]”»'
