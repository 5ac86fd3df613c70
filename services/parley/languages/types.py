"""The kinds of values in a language's file, and the root of its structs: single words, and phrases that are looked for.

In a phrase a space is any space or hyphen, an apostrophe may be a space, `*` stands for any letters, so that `cost*` is
found in "costs", and `…` between spaces for any words or none, as in "how long … until". Case counts only in a phrase
that has a capital letter.
"""

import re
from collections.abc import Iterable
from functools import cached_property

import msgspec

_PARTS = re.compile(r" … |[ -]|['’]|\*|[^ '’*-]+")


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some words as they stand, the longest first; for none of none."""
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return f"(?:{found})" if found else "(?!)"


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of what stands in a language's file: fields must be known, and none may be missing."""


class Words(frozenset[str]):
    """Single words; in the file they stand in one text, with spaces between."""

    @classmethod
    def read(cls, text: str) -> "Words":
        """Take them from the text of a file."""
        return cls(text.split())


class Phrases:
    """Words that belong together, several ways to say a thing; in the file a list."""

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self.phrases = phrases
        # The longest first: "thank you" must not take the half of "thank you very much".
        parts = [_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True)]
        self.pattern = f"(?:{'|'.join(parts)})" if parts else "(?!)"
        """As a regular expression, without the ends of words around it; it is to ignore no case but its own."""

    def __repr__(self) -> str:
        return f"Phrases({self.phrases!r})"

    @cached_property
    def _begin(self) -> re.Pattern[str]:
        return re.compile(rf"{self.pattern}(?!\w)")

    @cached_property
    def _within(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self.pattern}(?!\w)")

    @cached_property
    def _end(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self.pattern}$")

    def begin(self, text: str) -> re.Match[str] | None:
        """Where a text begins with one of them."""
        return self._begin.match(text)

    def are(self, text: str) -> bool:
        """Whether a text is one of them, and nothing else."""
        return self._begin.fullmatch(text) is not None

    def end(self, text: str) -> bool:
        """Whether a text ends with one of them."""
        return self._end.search(text) is not None

    def within(self, text: str) -> bool:
        """Whether one of them stands somewhere in a text."""
        return self._within.search(text) is not None

    def left_out(self, text: str, by: str = "") -> str:
        """The text with `by` in the place of each of them."""
        return self._within.sub(by, text)


def _pattern(phrase: str) -> str:
    parts = "".join(_part(part) for part in _PARTS.findall(phrase))
    return parts if phrase != phrase.lower() else f"(?i:{parts})"


def _part(part: str) -> str:
    match part:
        case " … ":
            return r"\s+(?:.*\s)?"
        case " " | "-":
            return r"[\s-]+"
        case "'" | "’":
            return r"(?:['’]\s?|\s)"
        case "*":
            return r"\w*"
        case _:
            return re.escape(part)
