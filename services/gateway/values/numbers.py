"""Numbers as they are said: digit by digit, in pairs, with "double", in one word or in several. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from parley import languages
from parley.languages.numerals import Numerals
from parley.languages.said import clauses, plain

_Kind = Literal["unit", "ten", "hundred", "hundreds", "thousand", "join", "times", "figures", "word"]
_HUNDRED = 100
_THOUSAND = 1000
_ROW = 3
"""Digits from which on a row is told from other numbers by what names it."""


def said_digits(text: str, language: str = languages.DEFAULT) -> str:
    """The digits that are said, in figures or in words; empty when there are none.

    Clauses without a number are passed over, and so are those that say something else as well, unless it names
    the number ("the one on my bill is four seven one one"). What is taken back ("four eight, no, four seven") does
    not count.
    """
    return _reader(language).digits(text)


def said_choice(text: str, language: str = languages.DEFAULT) -> str:
    """The number of a choice: "two", "option two please", "the second one"; empty when there is none."""
    return _reader(language).choice(plain(text), languages.get(language).choices.around.begin)


def figures(text: str, language: str = languages.DEFAULT) -> str:
    """The plain words of a text, with its numbers in figures."""
    return _reader(language).figures(plain(text))


def is_pronoun(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the only number of some words is a one among others, which is rather a word than a number: "that one"."""
    said = plain(text)
    numbers = [word for word in figures(said, language).split() if word.isdecimal()]
    return numbers == ["1"] and " " in said and "1" not in said


def leading(said: str, language: str = languages.DEFAULT) -> tuple[str, str]:
    """The number that plain words begin with, in figures, and what follows it; empty: none."""
    return _reader(language).leading(said)


@dataclass(frozen=True, slots=True)
class _Part:
    """A number word, or another one."""

    kind: _Kind
    value: int
    text: str


_END = _Part("word", 0, "")


@cache
def _reader(language: str) -> "_Reader":
    return _Reader(languages.get(language).numerals)


class _Reader:
    """Understands the number words of one language."""

    def __init__(self, known: Numerals) -> None:
        self._known = known
        tables: tuple[tuple[_Kind, dict[str, int]], ...] = (
            ("join", dict.fromkeys(known.joins, 0)),
            ("times", known.times),
            ("thousand", dict.fromkeys(known.thousand, _THOUSAND)),
            ("hundreds", known.hundreds),
            ("hundred", dict.fromkeys(known.hundred, _HUNDRED)),
            ("ten", known.tens),
            ("unit", known.units),
        )
        self._names = {
            name: _Part(kind, value, name) for kind, table in tables for name, value in table.items()
        }
        self._longest = max(len(name.split()) for name in self._names)

    # What is asked

    def digits(self, text: str) -> str:
        """See said_digits."""
        found, said = "", clauses(text)
        for clause, following in zip(said, [*said[1:], ""], strict=False):
            # "Oh, it's four seven": that "oh" is no nought.
            aside = self._known.around.are(clause) and self._known.around.begin(following)
            if self._known.wrong.begin(clause):
                found = ""
            found += "" if aside else self._only_digits(clause) or self._named_digits(clause)
        return found

    def choice(self, left: str, around: Callable[[str], re.Match[str] | None]) -> str:
        """See said_choice; `around` tells what may stand around it."""
        number = ""
        while left:
            digits, rest = self.leading(left)
            place = next((n for n, names in enumerate(self._known.ordinals, 1) if names.begin(left)), 0)
            if beside := around(left):
                left = left[beside.end() :].strip()
            elif place and not number:
                number, left = str(place), left.partition(" ")[2]
            elif digits and not number:
                number, left = digits.lstrip("0") or "0", rest
            elif digits == "1":  # "the second one"
                left = rest
            else:
                return ""
        return number

    def figures(self, said: str) -> str:
        """See figures."""
        parts, found, at = self._parts(said), list[str](), 0
        while at < len(parts):
            digits, after = self._number(parts, at)
            found.append(digits or parts[at].text)
            at = after if digits else at + 1
        return " ".join(found)

    def _only_digits(self, left: str) -> str:
        """The digits of a clause that tells nothing else; empty when it does."""
        found = ""
        while left:
            digits, rest = self.leading(left)
            around = self._known.around.begin(left)
            if taken_back := self._known.wrong.begin(left):
                found, left = "", left[taken_back.end() :].strip()
            elif digits and not (around and " " in around[0]):  # "one moment" is no number, but "oh" is
                found, left = found + digits, rest
            elif around:
                left = left[around.end() :].strip()
            else:
                return ""
        return found

    def _named_digits(self, clause: str) -> str:
        """The digits of a row that other words name: "the one on my bill says 471", "471 is what it says"."""
        words = clause.split()
        rests = (" ".join(words[at:]) for at in range(len(words)))
        named = [(rest, match) for rest in rests if (match := self._known.naming.begin(rest))]
        if not named:
            return ""
        (first, _), (last, naming) = named[0], named[-1]
        beside = (last[naming.end() :].strip(), clause.removesuffix(first).strip())
        return next((row for left in beside if len(row := self._only_digits(left)) >= _ROW), "")

    def leading(self, said: str) -> tuple[str, str]:
        """See leading."""
        parts = self._parts(said)
        digits, after = self._number(parts, 0)
        return digits, " ".join(part.text for part in parts[after:])

    # Numbers of several words

    def _number(self, parts: list[_Part], at: int) -> tuple[str, int]:
        """The number at a place, in figures, and the place after it; empty: none."""
        first = _at(parts, at)
        if first.kind == "figures":
            return first.text, at + 1
        if first.kind == "times":
            digit = _at(parts, at + 1)
            once = str(digit.value) if digit.kind == "unit" else digit.text
            return (once * first.value, at + 2) if len(once) == 1 and once.isdecimal() else ("", at)
        value, after = self._whole(parts, at)
        return ("", at) if after == at else (str(value), after)

    def _whole(self, parts: list[_Part], at: int) -> tuple[int, int]:
        """A number up to 999,999 and the place after it, which is `at` when there is none."""
        value, after = self._below_thousand(parts, at)
        if _at(parts, after).kind != "thousand" or value >= _THOUSAND:
            return value, after
        thousands = (value or 1) * _THOUSAND
        rest, end = self._below_thousand(parts, _past_join(parts, after + 1))
        return (thousands + rest, end) if 0 < rest < _THOUSAND else (thousands, after + 1)

    def _below_thousand(self, parts: list[_Part], at: int) -> tuple[int, int]:
        first = _at(parts, at)
        if first.kind == "hundreds":
            value, after = first.value, at + 1
        else:
            value, after = (1, at) if first.kind == "hundred" else self._below_hundred(parts, at)
            if not value or _at(parts, after).kind != "hundred":
                return value, after
            value, after = value * _HUNDRED, after + 1
        rest, end = self._below_hundred(parts, _past_join(parts, after))
        return (value + rest, end) if rest else (value, after)

    def _below_hundred(self, parts: list[_Part], at: int) -> tuple[int, int]:
        first, second = _at(parts, at), _at(parts, at + 1)
        if first.kind == "unit":
            ten = _at(parts, at + 2)
            joined = self._known.units_first and second.kind == "join" and ten.kind == "ten"
            return (first.value + ten.value, at + 3) if joined else (first.value, at + 1)
        if first.kind != "ten":
            return 0, at
        after = _past_join(parts, at + 1)
        unit = _at(parts, after)
        most = 19 if first.value in self._known.teens_after else 9
        if unit.kind == "unit" and 0 < unit.value <= most and not self._known.units_first:
            return first.value + unit.value, after + 1
        return first.value, at + 1

    # Words

    def _parts(self, said: str) -> list[_Part]:
        """Plain words by what they are among numbers."""
        words, parts, at = said.split(), list[_Part](), 0
        while at < len(words):
            found, count = self._named(words, at)
            parts += [found] if found else self._one_word(words[at])
            at += count
        return parts

    def _named(self, words: list[str], at: int) -> tuple[_Part | None, int]:
        """The longest number word of several at a place, and how many words it is."""
        for count in range(min(self._longest, len(words) - at), 0, -1):
            if named := self._names.get(" ".join(words[at : at + count])):
                return named, count
        return None, 1

    def _one_word(self, word: str) -> list[_Part]:
        if word.isdecimal():
            return [_Part("figures", 0, word)]
        return self._split(word) or [_Part("word", 0, word)]

    def _split(self, word: str) -> list[_Part]:
        """The parts of a number in one word: "siebenundvierzig", "quarantasette"; none when it is no number."""
        for end in range(len(word), 0, -1):
            part = self._names.get(word[:end])
            if part is None or part.kind == "times":
                continue
            rest = self._split(word[end:])
            if end == len(word) or rest:
                return [part, *rest]
        return []


def _at(parts: list[_Part], at: int) -> _Part:
    return parts[at] if at < len(parts) else _END


def _past_join(parts: list[_Part], at: int) -> int:
    return at + (_at(parts, at).kind == "join")
