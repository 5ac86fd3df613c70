"""From the language model's tokens to pieces that can be spoken, as early as they can be.

A piece is a sentence. The first one of a reply may end at a clause already: every word that is waited for is some 40 ms
of silence for the caller. Markdown and emoji are dropped on the way in; they are written, not spoken.
"""

import re
import unicodedata

from parley import languages

_END = re.compile(r"""[.!?…]+["')\]”’]*(?=\s)""")
_CLAUSE = re.compile(r"[,;:—–](?=\s)")
_BULLET = re.compile(r"^(?:[-–•]|\d{1,2}[.)])\s+")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_DOTTED = re.compile(r"^\(?(?:[a-z]\.)+$")
_BEFORE_NUMBER = frozenset(
    word for known in languages.every() for word in known.spoken.words if word.endswith(".")
)
_MONTHS = frozenset(month.lower() for known in languages.every() for month in known.spoken.dates.months)
_ORDINAL = re.compile(r"^\(?\d{1,2}\.(?:\d{1,2}\.)?$")
_LEADING = frozenset[str]().union(
    *(known.spoken.dates.oblique | known.spoken.dates.nominative for known in languages.every())
)
"""Words before an ordinal number in figures."""
_MARKUP = frozenset("*`|")
_SIGNS = re.compile(r"</?[a-zA-Z][^<>]*>|~~|(?<![A-Z])[#~<>]+(?!=?\s?\D?\d)")
"""Markup of signs that mean something before a number: "#1", "~50", "< 5 days". And "C#"."""

# A whole text is cut the same way wherever that is done, in whatever language: kept speech is found by its sentence.
_ABBREVIATIONS = frozenset[str]().union(*(known.sentences.abbreviations for known in languages.every()))
_DOTTED_ENDS = frozenset[str]().union(*(known.sentences.dotted for known in languages.every()))


class Sentences:
    """Collects a reply's tokens and gives out its pieces; joined by single spaces they are the reply."""

    def __init__(
        self,
        *,
        early: bool = True,
        first_words: int = 5,
        max_chars: int = 240,
        language: str = languages.DEFAULT,
    ) -> None:
        """`early`: the first piece may end at a clause, or before a phrase once it has `first_words` words."""
        self._phrases = languages.get(language).sentences.phrases
        self._early = early
        self._first_words = first_words
        self._max_chars = max_chars
        self._buffer = ""
        self._first = True

    def feed(self, text: str) -> list[str]:
        """Add what the model wrote and return the pieces that are complete now."""
        self._buffer += _unmarked(text)
        pieces = []
        while (cut := self._cut()) is not None:
            pieces += self._take(cut)
        return pieces

    def end(self, *, truncated: bool = False) -> list[str]:
        """Return the rest. A reply truncated at its maximum length loses the unfinished part, if any was finished."""
        if truncated and not self._first:
            self._buffer = ""
        return self._take(len(self._buffer))

    def _take(self, cut: int) -> list[str]:
        piece = _tidy(self._buffer[:cut])
        self._buffer = self._buffer[cut:].lstrip(" ")
        if not any(c.isalnum() for c in piece):
            return []
        self._first = False
        return [piece]

    def _cut(self) -> int | None:
        """Where the buffer's first piece ends, if it is complete."""
        line = self._buffer.find("\n")
        text = self._buffer if line < 0 else self._buffer[: line + 1]
        end = _sentence_end(text)
        if (
            self._early
            and self._first
            and (clause := self._clause_end(text)) is not None
            and (end is None or clause < end)
        ):
            return clause
        if end is None and line >= 0:
            return line + 1
        if end is None and len(text) > self._max_chars:
            return _last_pause(text, self._max_chars)
        return end

    def _clause_end(self, text: str) -> int | None:
        mark = _CLAUSE.search(text)
        words = list(re.finditer(r"\S+(?=\s)", text))
        for word in words[self._first_words :]:
            if mark is not None and mark.end() <= word.start():
                break
            if word[0].lower() in self._phrases:
                return word.start()
        return mark.end() if mark else None


def _unmarked(text: str) -> str:
    return "".join(c for c in text if c not in _MARKUP and not _is_emoji(c))


def _is_emoji(char: str) -> bool:
    # So: pictures; Cs and Co: halves and private ones; U+FE0F and U+200D join them.
    return char in "\ufe0f\u200d" or (char > "\u2000" and unicodedata.category(char) in ("So", "Cs", "Co"))


def _tidy(piece: str) -> str:
    piece = _SIGNS.sub("", _LINK.sub(r"\1", piece))
    return _BULLET.sub("", " ".join(piece.split()))


def _sentence_end(text: str) -> int | None:
    for match in _END.finditer(text):
        if not match[0].startswith(".") or match[0].startswith(".."):
            return match.end()
        *before, word = text[: match.start() + 1].lower().rsplit(maxsplit=2)
        after = text[match.end() :].lstrip()
        if word in _BEFORE_NUMBER and (not after or after[0].isdecimal()):
            continue
        if _ORDINAL.match(word) and _goes_on(before[-1:], after):
            continue
        if word.removesuffix(".") in _ABBREVIATIONS or _BULLET.match(text[: match.end() + 1].lstrip()):
            continue
        if _DOTTED.match(word) and (word.removesuffix(".") not in _DOTTED_ENDS or not after[:1].isupper()):
            continue
        return match.end()
    return None


def _goes_on(before: list[str], after: str) -> bool:
    """Whether the point behind a number in figures is that of an ordinal number or a date: "im 3. Stock"."""
    month = re.match(r"\w+", after)
    named = month is not None and month[0].lower() in _MONTHS
    return not after or after[0].islower() or named or bool(_LEADING.intersection(before))


def _last_pause(text: str, limit: int) -> int:
    """The last clause end or else space before `limit`, so that no piece grows without bound."""
    marks = [m.end() for m in _CLAUSE.finditer(text, 0, limit)]
    if marks:
        return marks[-1]
    space = text.rfind(" ", 0, limit)
    return space if space > 0 else limit


def sentences_of(text: str) -> list[str]:
    """Split a whole text into its sentences."""
    splitter = Sentences(early=False)
    return [*splitter.feed(text), *splitter.end()]
