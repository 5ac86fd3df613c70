"""Whether what the language model says stands in what was found: checked sentence by sentence, before it is spoken.

A small model fills gaps: "The building has 5 floors", "Yes, we accept gift cards". A sentence holds when its numbers,
times and names stand in the passages that were found for the question, or in the question; when most of its words stand
in the passages; and when a "yes" or a "no" speaks of nothing but what one of them speaks of. Pure, and quick.
"""

import re
from collections.abc import Iterable
from functools import cache

from agent.knowledge.terms import adapted, plain_words, terms
from parley import languages

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}\b)")
_NO_CENTS = re.compile(r"[.,]0+$")
_NAME = re.compile(r"(?<=[\w,;:] )[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+")
_BEFORE = re.compile(r"^\W+")
_LATER = "later"
"""Stands for an ordinal number that has no word."""
_STRANGE = 0.3
"""Part of a sentence's words that no passage needs to have: "A van costs 90 dollars" gives no van 90 horsepower."""
_FEW = 2
"""A sentence of fewer words may say what it likes: "I see"."""


class Grounding:
    """What an answer to a question may rest on."""

    def __init__(self, sources: Iterable[str], asked: str, language: str) -> None:
        """`sources`: the passages that were found, and what else may be said: the company's name, today's day."""
        self._language = language
        self._known = languages.get(language).checks
        self._figures = _Figures(language)
        texts = list(sources)
        found = "\n".join(texts)
        self._sources = [
            (frozenset(terms(self._figures.plain(text), language)), self._denies(text)) for text in texts
        ]
        self._terms = frozenset(terms(self._figures.plain(found), language))
        self._courtesy = frozenset(terms(languages.get(language).knowledge.courtesy, language))
        self._numbers = self._figures.numbers(found) | self._figures.numbers(asked)
        self._times = self._figures.times(found) | self._figures.times(asked)
        self._names = frozenset(plain_words(f"{found} {asked}", language))

    def holds(self, sentence: str) -> bool:
        """Whether a sentence may be spoken."""
        said = sentence.replace("’", "'")
        if not self._figures_hold(said):
            return False
        if said.rstrip().endswith("?"):
            return True
        plain = terms(self._figures.plain(said), self._language)
        words = [word for word in plain if word not in self._courtesy and not word.isdigit()]
        agrees = self._known.agrees.begin(_BEFORE.sub("", said)) is not None
        if (agrees or self._denies(said)) and not self._verdict_holds(said, words):
            return False
        strange = [w for w in words if not self._stands_in(w, self._terms)]
        return len(words) < _FEW or len(strange) <= _STRANGE * len(words)

    def _figures_hold(self, said: str) -> bool:
        """Whether every number, time and name is known."""
        numbers, times = self._figures.numbers(said), self._figures.times(said)
        if not (numbers <= self._numbers and times <= self._times):
            return False
        if not self._known.names_have_capitals:
            return True
        return all(name.lower() in self._names for name in _NAME.findall(said))

    def _denies(self, text: str) -> bool:
        return self._known.denies.within(text)

    def _verdict_holds(self, said: str, words: list[str]) -> bool:
        """Whether a yes or no is all about what one of the sources says, and not that turned round."""
        denies = self._denies(said)
        return any(
            denied == denies and all(self._stands_in(word, known) for word in words)
            for known, denied in self._sources
        )

    def _stands_in(self, term: str, known: frozenset[str]) -> bool:
        return not known.isdisjoint(adapted(term, self._language, known))


class _Figures:
    """Numbers and times of day as a language writes them."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._checks = languages.get(language).checks
        self._one = languages.get(language).knowledge.one
        self._time, self._ordinal = _patterns(language)

    def numbers(self, text: str) -> frozenset[str]:
        """Every number in a text, in words or digits, as digits; ordinals and noughts are none."""
        plain = self.plain(text)
        words = list(plain_words(plain, self._language))
        found = {_value(number) for number in _NUMBER.findall(plain)} | {w for w in words if w.isdigit()}
        return frozenset(found if self._one.isdisjoint(words) else found | {"1"}) - {"0", "00"}

    def times(self, text: str) -> frozenset[tuple[str, str]]:
        """Times of day as hour and minute."""
        matches = self._time.finditer(self._checks.noon.left_out(text, "12:00"))
        return frozenset(((m[1] or m[3]).lstrip("0"), m[2] or m[4] or "00") for m in matches)

    def plain(self, text: str) -> str:
        """A text whose times of day are numbers, and whose ordinals are words."""
        words = dict(enumerate(self._checks.ordinals, 1))
        ordinals = self._ordinal.sub(lambda m: words.get(int(m[1]), _LATER), text)
        return self._time.sub(lambda m: f" {m[1] or m[3]} {m[2] or m[4] or ''} ", ordinals)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A time of day with hour and minute, and an ordinal number in figures."""
    known = languages.get(language)
    clock, ends = known.checks.clock.pattern, known.checks.ordinal_ends.pattern
    return (
        re.compile(rf"\b(\d{{1,2}})(?::(\d\d))?\s*{clock}(?!\w)|\b(\d{{1,2}}):(\d\d)\b"),
        re.compile(rf"\b(\d+){ends}(?!\w)"),
    )


def _value(number: str) -> str:
    """A number without marks between thousands, without cents that are none, and with a point before others."""
    return _NO_CENTS.sub("", _THOUSANDS.sub("", number)).replace(",", ".")
