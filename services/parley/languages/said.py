"""What was said, as it is held against phrases: whole or clause by clause. Pure."""

import re
import unicodedata
from typing import Literal

from parley.languages.types import Phrases

# An apostrophe belongs to a word, a quotation mark does not.
_WORD = re.compile(r"\w+(?:'\w+)*")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_CLAUSES = re.compile(r"[,;:.!?¿¡…—–]+")


def plain(text: str) -> str:
    """The words of a text in small letters, with one space between them, without marks but for apostrophes."""
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def without_accents(text: str, form: Literal["NFD", "NFKD"] = "NFD") -> str:
    """A text with bare letters. `form`: NFKD also parts one letter that stands for several (Unicode UAX 15)."""
    return "".join(c for c in unicodedata.normalize(form, text) if not unicodedata.combining(c))


def clauses(text: str) -> list[str]:
    """The plain clauses of a text, as its punctuation parts it."""
    return [clause for clause in map(plain, _CLAUSES.split(text)) if clause]


def sentences(text: str) -> list[str]:
    """The sentences of a text as they stand, with their marks; one at least, which may be empty."""
    return _SENTENCES.split(text.strip())


def only(said: str, needed: Phrases, *others: Phrases) -> bool:
    """Whether plain words are made of nothing but these phrases, with one of the `needed` among them."""
    found = False
    while said:
        ends = [match.end() if (match := group.begin(said)) else 0 for group in (needed, *others)]
        longest = max(ends)
        if not longest:
            return False
        found |= longest == ends[0]
        said = said[longest:].strip()
    return found


def made_of(said: str, *groups: Phrases) -> bool:
    """Whether plain words are made of nothing but these phrases; no words are."""
    while said:
        longest = max(match.end() if (match := group.begin(said)) else 0 for group in groups)
        if not longest:
            return False
        said = said[longest:].strip()
    return True
