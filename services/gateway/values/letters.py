"""Letters, figures and signs as they are spelled: "M as in Mike", "double T", "J-O-H-N", "dot". Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gateway.values.numbers import leading
from parley import languages
from parley.languages.schema import Language
from parley.languages.types import Phrases

_EDGES = " ,;:!?…\"'“”„‚‘’()[]¿¡"
_LONGEST_NAME = 4
"""Words of the longest name of a letter or sign."""
_APART = re.compile(r"[^\W_](?:[-.][^\W_])+")
_RUN = 2
"""So many letters between hyphens are spelled."""
_LETTER_AND_FIGURES = re.compile(r"(?<=^[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """Something that was said: letters, figures or a sign that were spelled, or a word."""

    text: str
    spelled: bool = True
    sign: bool = False
    named: bool = False
    """Whether it was a word of a spelling alphabet, which may be meant as the word that it is."""
    word: str = ""
    """That word."""


def tokens(text: str, language: str = languages.DEFAULT, *, only: bool = False) -> list[Token]:
    """What a text is made of. With `only` nothing but spelling is expected: names of letters count, too."""
    return _reader(language).tokens(text, only=only)


def similar(one: str, other: str, language: str = languages.DEFAULT) -> int:
    """How much two letters sound alike: the lower the likelier one is taken for the other; 0: not at all."""
    groups = languages.get(language).telling.spelling.alike
    return next((n for n, group in enumerate(groups, 1) if one in group and other in group), 0)


def spoken(text: str, language: str = languages.DEFAULT) -> str:
    """A text letter by letter, in groups with a breath between."""
    signs = languages.get(language).spoken.address
    return ", ".join(signs.get(c, c.upper() if c != "ß" else c) for c in text if c != " ")


@cache
def _reader(language: str) -> "_Reader":
    return _Reader(languages.get(language))


class _Reader:
    """Reads the spelling of one language."""

    def __init__(self, language: Language) -> None:
        self._code = language.code
        self._known = language.telling.spelling
        self._times = language.numerals.times

    def tokens(self, text: str, *, only: bool) -> list[Token]:
        """See tokens."""
        words = [
            part for word in _words(text) for part in (self._parts(word) if only or _spells(word) else [word])
        ]
        found: list[Token] = []
        ways = (self._like, self._name, self._double, self._sign, self._letter, self._number, self._apart)
        at = 0
        while at < len(words):
            token, count = next(
                (t for way in ways if (t := way(words, at, only=only))[1]), (Token(words[at], False), 1)
            )
            aside = self._starts(self._known.aside, words, at) if only and not token.spelled else 0
            at += aside or count
            found += [] if aside else [token]
        return found if only else _meant_as_words(found)

    def _parts(self, word: str) -> list[str]:
        """What a hyphen parts, where it is no name: "B-MW", "forty-two", but "x-ray"."""
        named = word.replace("-", " ") in self._known.alphabet
        parts = [part for whole in word.split("-") for part in _LETTER_AND_FIGURES.split(whole) if part]
        return [word] if named else parts or [word]

    def _starts(self, phrases: Phrases, words: Sequence[str], at: int) -> int:
        """How many words of a place are one of some phrases."""
        match = phrases.begin(" ".join(words[at : at + _LONGEST_NAME]))
        return len(match[0].split()) if match else 0

    def _named(self, names: Mapping[str, str], words: Sequence[str], at: int) -> tuple[str, int]:
        """The longest of some names at a place: what it stands for, and how many words it is."""
        for count in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            if found := names.get(" ".join(words[at : at + count]).replace("-", " ")):
                return found, count
        return "", 0

    def _like(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        """A letter with the word that it begins, which is heard better: "B as in Bravo"."""
        letter = words[at]
        name, count = self._named(self._known.letters, words, at)
        if not (name or (len(letter) == 1 and letter.isalpha())):
            return Token(""), 0
        after = at + (count or 1)
        between = self._starts(self._known.like, words, after)
        if not between or after + between >= len(words):
            return Token(""), 0
        at_word = after + between
        begins, length = self._named(self._known.alphabet, words, at_word)
        begins = begins or words[at_word][0]
        # "Z für Zett" names itself; umlauts begin words that are heard without them.
        own = name or letter
        return Token(own if own in "äöüß" else begins), at_word + (length or 1) - at

    def _double(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        times = self._times.get(words[at], 0)
        if not times or at + 1 >= len(words):
            return Token(""), 0
        for way in (self._name, self._letter):
            token, count = way(words, at + 1, only=only)
            if count and len(token.text) == 1:
                return Token(token.text * times), count + 1
        return Token(""), 0

    def _sign(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        sign, count = self._named(self._known.signs, words, at)
        if not count and words[at] in self._known.signs.values():
            sign, count = words[at], 1
        return Token(sign, sign=True), count

    def _name(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        letter, count = self._named(self._known.letters, words, at)
        if count and (only or count > 1):
            return Token(letter), count
        letter, count = self._named(self._known.alphabet, words, at)
        return Token(letter, named=True, word=words[at]), count

    def _letter(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        one = len(words[at]) == 1 and words[at].isalnum()
        # "A", "y" and "e" are words, too: among letters they are letters.
        return Token(words[at]), int(one)

    def _number(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        if words[at].isalnum() and not words[at].isalpha() and not words[at].isdecimal():
            return Token(words[at], spelled=only), 1
        if "-" in words[at]:
            digits, rest = leading(words[at].replace("-", " "), self._code)
            return Token(digits), int(bool(digits) and not rest)
        digits, rest = leading(" ".join(words[at:]), self._code)
        return Token(digits), max(1, len(words) - at - len(rest.split())) if digits else 0

    def _apart(self, words: Sequence[str], at: int, *, only: bool) -> tuple[Token, int]:
        match = _APART.fullmatch(words[at])
        return Token(re.sub(r"[-.]", "", words[at])), int(match is not None)


def _spells(word: str) -> bool:
    """Whether a word with hyphens is spelled, not all of it letter by letter: "B-E-double-L"."""
    return not _APART.fullmatch(word) and sum(len(part) == 1 for part in word.split("-")) >= _RUN


def _words(text: str) -> list[str]:
    words = (word.strip(_EDGES).rstrip(".") for word in text.lower().replace("’", "'").split())
    parts = (part for word in words for part in re.split(r"(?<=\w)[,/](?=\w)|(@)", word) if part)
    return [part for part in parts if part]


def _meant_as_words(found: list[Token]) -> list[Token]:
    """A single word of an alphabet is a name: "Mike" at an address's begin; several spell."""
    meant: list[Token] = []
    for at, token in enumerate(found):
        beside = [found[n] for n in (at - 1, at + 1) if 0 <= n < len(found)]
        alone = token.named and not any(b.spelled and not b.sign and len(b.text) == 1 for b in beside)
        meant.append(Token(token.word, spelled=False) if alone else token)
    return meant


def joined(found: Sequence[Token]) -> str:
    """All in one, without a word that is spelled behind it: "Smith, S-M-I-T-H"."""
    parts: list[Token] = []
    for token in found:
        run = parts and parts[-1].spelled and not parts[-1].sign and token.spelled and not token.sign
        if run:
            parts[-1] = Token(parts[-1].text + token.text)
        else:
            parts.append(token)
    kept = [
        token.text
        for at, token in enumerate(parts)
        if token.spelled
        or not (at + 1 < len(parts) and parts[at + 1].spelled and _same(token, parts[at + 1]))
    ]
    return "".join(kept)


def _same(word: Token, spelling: Token) -> bool:
    return len(spelling.text) > 1 and spelling.text[0] == word.text[0] and not spelling.sign


def put_right(
    value: str, letter: str, refused: str, place: int | None, language: str, *, among: Callable[[str], bool]
) -> str:
    """The value with a letter in the place of one that was misheard; empty when it cannot be told which.

    `place` counts letters from 0, -1 is the last, of which there may be several; else it is the refused letter, or the
    one that sounds most alike.
    """
    at = [n for n, c in enumerate(value) if among(c)]
    if len(letter) > 1:
        if len(letter) >= len(at):
            return ""
        new = dict(zip(at[-len(letter) :], letter, strict=True))
        return "".join(new.get(n, c) for n, c in enumerate(value))
    if place is not None:
        spots = at[place:][:1] if place >= 0 else at[place:]
    elif refused:
        spots = [n for n in at if value[n].lower() == refused][-1:]
    else:
        spots = _likest(value, at, letter, language)
    if len(spots) != 1:
        return ""
    return value[: spots[0]] + letter + value[spots[0] + 1 :]


def _likest(value: str, at: list[int], letter: str, language: str) -> list[int]:
    marks = {n: similar(value[n].lower(), letter, language) for n in at if value[n].lower() != letter}
    best = min((mark for mark in marks.values() if mark), default=0)
    return [n for n, mark in marks.items() if mark == best and mark]
