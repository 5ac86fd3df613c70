"""Whether what the language model says stands in what was found: checked sentence by sentence, before it is spoken.

A small model fills gaps: "The building has 5 floors", "Yes, we accept gift cards". A sentence holds when its numbers,
times and names stand in the passages that were found for the question, or in the question; when most of its words stand
in the passages; and when a "yes" or a "no" speaks of nothing but what one of them speaks of. Pure, and quick.
"""

import re
from collections.abc import Iterable
from functools import cache

from agent.knowledge.answers.sums import Sums
from agent.knowledge.terms import adapted, plain_words, terms
from parley import languages

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}\b)")
_NO_CENTS = re.compile(r"[.,]0+$")
_NAME = re.compile(r"(?<=[\w,;:] )[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+")
_BEFORE = re.compile(r"^\W+")
_LATER = "later"
"""Stands for an ordinal number that has no word."""
_COUNTS = frozenset({"1", "2"})
"""Numbers that any sentence may have: "the two", "one charger"."""
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
        own = languages.get(language).knowledge
        self._sums = Sums(language)
        self._terms = frozenset(terms(self._figures.plain(found), language))
        self._courtesy = frozenset(terms(own.courtesy, language))
        self._telling = frozenset(terms(own.telling, language))
        self._numbers = self._figures.numbers(found)
        self._asked = self._figures.numbers(asked)
        self._rates = self._sums.rates(f"{found} {asked}")
        self._excepted = [terms(match[1], language) for match in _excepting(language).finditer(found)]
        self._days = [self._days_of(text) for text in texts]
        self._times = self._figures.times(found) | self._figures.times(asked)
        self._names = frozenset(plain_words(f"{found} {asked}", language))

    def holds(self, sentence: str) -> bool:
        """Whether a sentence may be spoken."""
        said = self._known.not_open.left_out(sentence.replace("’", "'"), self._known.shut.phrases[0])
        if not self._figures_hold(said) or self._turned_round(said):
            return False
        if said.rstrip().endswith("?"):
            return True
        if not all(self._clause_holds(clause) for clause in _clauses(self._language).split(said)):
            return False
        words = self._words(said)
        strange = [w for w in words if w not in self._telling and not self._stands_in(w, self._terms)]
        return len(words) < _FEW or len(strange) <= _STRANGE * len(words)

    def _words(self, said: str) -> list[str]:
        """What states something in a sentence."""
        return [
            w
            for w in terms(self._figures.plain(said), self._language)
            if w not in self._courtesy and not w.isdigit()
        ]

    def _clause_holds(self, clause: str) -> bool:
        if not (self._known.agrees.begin(_BEFORE.sub("", clause)) or self._denies(clause)):
            return True
        return self._verdict_holds(clause, [w for w in self._words(clause) if w not in self._telling])

    def _turned_round(self, said: str) -> bool:
        """Whether it opens a day on which it is closed, closes one on which it is open, or allows what is excepted."""
        words = set(terms(self._figures.plain(said), self._language))
        if not self._denies(said) and any(excepted and words >= set(excepted) for excepted in self._excepted):
            return True
        for days, closed in (self._days_of(clause) for clause in _clauses(self._language).split(said)):
            told = [shut for known, shut in self._days if days & known and shut is not None]
            if closed is not None and told and closed not in told:
                return True
        return False

    def _figures_hold(self, said: str) -> bool:
        """Whether every number, time and name is known."""
        plain = _THOUSANDS.sub("", said)
        numbers = self._figures.numbers(self._sums.without_prices(plain))
        known = self._numbers | self._asked
        if not (numbers - _COUNTS <= known and self._figures.times(said) <= self._times):
            return False
        if not self._sums.prices_hold(plain, self._numbers, self._asked | (numbers & _COUNTS)):
            return False
        if not self._sums.rates(said) <= self._rates:
            return False
        if not self._known.names_have_capitals:
            return True
        return all(
            name.lower() in self._names or not self._terms.isdisjoint(terms(name, self._language))
            for name in _NAME.findall(said)
        )

    def _days_of(self, text: str) -> tuple[frozenset[int], bool | None]:
        """Weekdays of a text, and whether it says that these are closed; None where it says nothing of that."""
        names = languages.get(self._language).hours.weekdays
        days = frozenset(number for number, name in enumerate(names) if name.within(text))
        if self._known.shut.within(text):
            return days, None if self._known.open.within(text) else True
        return days, False if self._known.open.within(text) else None

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


@cache
def _excepting(language: str) -> re.Pattern[str]:
    """What is left out of a statement, up to three words: "except on Sundays"."""
    return re.compile(rf"(?<!\w){languages.get(language).checks.excepting.pattern} ((?:\w+ ?){{1,3}})")


@cache
def _clauses(language: str) -> re.Pattern[str]:
    """Where a sentence goes on with another statement."""
    joins = "|".join(sorted(languages.get(language).knowledge.joins))
    return re.compile(rf"[,;] (?=(?:{joins})\b)|; ", re.IGNORECASE)


def _value(number: str) -> str:
    """A number without marks between thousands, without cents that are none, and with a point before others."""
    return _NO_CENTS.sub("", _THOUSANDS.sub("", number)).replace(",", ".")
