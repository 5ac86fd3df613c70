"""What readers give: a document as a row of headings, paragraphs, list items and tables, whatever its format was."""

import re
import unicodedata
from dataclasses import dataclass

from parley.errors import ParleyError

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_LIGATURES = {0xFB00 + n: letters for n, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
_NOT_TEXT = ("Cc", "Cs", "Co", "Cn")
"""Control characters, halves of pairs, and private ones: bullets of symbol fonts."""
BREAK = "\x1f"
"""Where a page breaks a line; line feeds in its source mean nothing."""
SENTENCE_END = re.compile(r"[.!?…]+[\"')\]”’»]*$")


class Unreadable(ParleyError):
    """A document that holds nothing that can be used; says why."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands below belongs under it."""

    level: int
    """1 is the outermost."""
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, or a line of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Of a list; a term and its definition are an item and one below it."""

    text: str
    depth: int
    """1 for the outermost list."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, one for each column."""

    rows: tuple[tuple[str, ...], ...]
    headings: int | None = None
    """How many of the rows are headings; None where the format does not say."""
    caption: str = ""


Block = Heading | Paragraph | Item | Table


def clean(text: str) -> str:
    """Text in one line, composed, without what can be neither seen nor spoken."""
    text = unicodedata.normalize("NFC", text).translate(_UNSEEN | _LIGATURES)
    return " ".join(
        "".join(c if c.isspace() or unicodedata.category(c) not in _NOT_TEXT else " " for c in text).split()
    )


def joined_lines(text: str) -> str:
    """Lines, parted by BREAK, as one text in which a break is heard, unless a sentence goes on."""
    joined = ""
    for line in filter(None, map(clean, text.split(BREAK))):
        on = not joined or line[0].islower() or not joined[-1].isalnum()
        joined = f"{joined} {line}" if on else f"{joined}, {line}"
    return joined.strip()


def is_sentence(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return bool(SENTENCE_END.search(text))


def has_digit(text: str) -> bool:
    """Whether there is a number in it."""
    return any(c.isdigit() for c in text)
