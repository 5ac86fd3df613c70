"""Whether what the language model says stands in what was found: checked sentence by sentence, before it is spoken.

A small model fills gaps: "The building has 5 floors", "Yes, we accept gift cards". A sentence holds when its numbers,
times and names stand in the passages that were found for the question, or in the question; when most of its words stand
in the passages; and when a "yes" or a "no" speaks of nothing but what one of them speaks of. Pure, and quick.
"""

import re
from collections.abc import Iterable

from agent.knowledge.answers import sums
from agent.knowledge.stop_words import COURTESY, TELLING
from agent.knowledge.terms import adapted, plain_words, terms

_TIME = re.compile(
    r"\b(\d{1,2})(?::(\d\d))?\s*(?:[ap]\.?m\b|o'clock\b|uhr\b)|\b(\d{1,2}):(\d\d)\b", re.IGNORECASE
)
_NOON = re.compile(r"\bnoon\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}\b)")
_NO_CENTS = re.compile(r"[.,]0+$")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_ORDINALS = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "6": "sixth",
    "7": "seventh",
}
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][a-z]+")
_NAMES_HAVE_CAPITALS = frozenset({"en", "fr", "es", "it", "nl"})
"""In German every noun has one."""
_YES = re.compile(r"^\W*(?:yes|yeah|sure|certainly|of course|ja|natürlich|klar)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|no|never|nobody|nothing|without|cannot|\w+n't|unfortunately|closed|avoid|except|only"
    r"|nein|nicht|keine?[nmrs]?|nie|nur|ohne|leider|geschlossen)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|außer) ((?:\w+ ?){1,3})", re.IGNORECASE)
_NOT_OPEN = re.compile(r"\bnot (?:be )?open\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;] (?=but|and|so|aber|und)|; ", re.IGNORECASE)
_DAY = re.compile(
    r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:open|geöffnet|offen)\b", re.IGNORECASE)
_SHUT = re.compile(r"\b(?:closed|geschlossen|zu)\b", re.IGNORECASE)
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
        texts = list(sources)
        found = "\n".join(texts)
        self._sources = [
            (frozenset(terms(_plain(text), language)), bool(_NOT.search(text))) for text in texts
        ]
        self._terms = frozenset(terms(_plain(found), language))
        self._courtesy = frozenset(terms(COURTESY.get(language, ""), language))
        self._telling = frozenset(terms(TELLING.get(language, ""), language))
        self._known = _numbers(found, language)
        self._asked = _numbers(asked, language)
        self._rates = {rate.lower() for rate in sums.RATE.findall(f"{found} {asked}")}
        self._excepted = [terms(match[1], language) for match in _EXCEPT.finditer(found)]
        self._days = [_days(text) for text in texts]
        self._times = _times(found) | _times(asked)
        self._names = frozenset(plain_words(f"{found} {asked}", language))

    def holds(self, sentence: str) -> bool:
        """Whether a sentence may be spoken."""
        said = _NOT_OPEN.sub(r"closed", sentence.replace("’", "'"))
        if not self._figures_hold(said) or self._turned_round(said):
            return False
        if said.rstrip().endswith("?"):
            return True
        if not all(self._clause_holds(clause) for clause in _CLAUSE.split(said)):
            return False
        words = self._words(said)
        strange = [w for w in words if w not in self._telling and not self._stands_in(w, self._terms)]
        return len(words) < _FEW or len(strange) <= _STRANGE * len(words)

    def _words(self, said: str) -> list[str]:
        """What states something in a sentence."""
        return [w for w in terms(_plain(said), self._language) if w not in self._courtesy and not w.isdigit()]

    def _clause_holds(self, clause: str) -> bool:
        if not (_YES.search(clause) or _NOT.search(clause)):
            return True
        return self._verdict_holds(clause, [w for w in self._words(clause) if w not in self._telling])

    def _turned_round(self, said: str) -> bool:
        """Whether it opens a day on which it is closed, closes one on which it is open, or allows what is excepted."""
        words = set(terms(_plain(said), self._language))
        if not _NOT.search(said) and any(excepted and words >= set(excepted) for excepted in self._excepted):
            return True
        for days, closed in (_days(clause) for clause in _CLAUSE.split(said)):
            told = [shut for known, shut in self._days if days & known and shut is not None]
            if closed is not None and told and closed not in told:
                return True
        return False

    def _figures_hold(self, said: str) -> bool:
        """Whether every number, time and name is known."""
        plain = _THOUSANDS.sub("", said)
        numbers = _numbers(sums.without_prices(plain), self._language)
        if not (numbers - _COUNTS <= self._known | self._asked and _times(said) <= self._times):
            return False
        if not sums.prices_hold(plain, self._known, self._asked | (numbers & _COUNTS)):
            return False
        if not {rate.lower() for rate in sums.RATE.findall(said)} <= self._rates:
            return False
        if self._language not in _NAMES_HAVE_CAPITALS:
            return True
        return all(
            name.lower() in self._names or not self._terms.isdisjoint(terms(name, self._language))
            for name in _NAME.findall(said)
        )

    def _verdict_holds(self, said: str, words: list[str]) -> bool:
        """Whether a yes or no is all about what one of the sources says, and not that turned round."""
        denies = bool(_NOT.search(said))
        return any(
            denied == denies and all(self._stands_in(word, known) for word in words)
            for known, denied in self._sources
        )

    def _stands_in(self, term: str, known: frozenset[str]) -> bool:
        return not known.isdisjoint(adapted(term, self._language, known))


def _numbers(text: str, language: str) -> frozenset[str]:
    """Every number in a text, in words or digits, as digits; ordinals and noughts are none."""
    plain = _plain(text)
    words = list(plain_words(plain, language))
    found = {_value(number) for number in _NUMBER.findall(plain)} | {w for w in words if w.isdigit()}
    return frozenset(found | {"1"} if "one" in words else found) - {"0", "00"}


def _plain(text: str) -> str:
    """A text whose times of day are numbers, and whose ordinals are words."""
    ordinals = _ORDINAL.sub(lambda m: _ORDINALS.get(m[1], "later"), text)
    return _TIME.sub(lambda m: f" {m[1] or m[3]} {m[2] or m[4] or ''} ", ordinals)


def _days(text: str) -> tuple[frozenset[str], bool | None]:
    """Weekdays of a text, and whether it says that these are closed; None where it says nothing of that."""
    days = frozenset((a or b).lower() for a, b in _DAY.findall(text))
    if _SHUT.search(text):
        return days, None if _OPEN.search(text) else True
    return days, False if _OPEN.search(text) else None


def _value(number: str) -> str:
    """A number without marks between thousands, without cents that are none, and with a point before others."""
    return _NO_CENTS.sub("", _THOUSANDS.sub("", number)).replace(",", ".")


def _times(text: str) -> frozenset[tuple[str, str]]:
    """Times of day as hour and minute."""
    matches = _TIME.finditer(_NOON.sub("12 p.m.", text))
    return frozenset(((m[1] or m[3]).lstrip("0"), m[2] or m[4] or "00") for m in matches)
