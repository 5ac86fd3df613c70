"""Whether what the language model says stands in what was found: checked sentence by sentence, before it is spoken.

A small model fills gaps: "The building has 5 floors", "Yes, we accept gift cards". A sentence holds when its numbers,
times and names stand in the passages that were found for the question, or in the question; when most of its words do;
and when a "yes" or a "no" speaks of nothing but what the passages speak of. Pure, and far less than a millisecond.
"""

import re
from collections.abc import Iterable

from agent.knowledge.stop_words import COURTESY
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
_STRANGE = 0.5
"""Most of a sentence's words may not be of its own: this part at the most."""
_FEW = 3
"""A sentence of fewer words may: "I see", "Good question"."""


class Grounding:
    """What an answer to a question may rest on."""

    def __init__(self, sources: Iterable[str], asked: str, language: str) -> None:
        """`sources`: the passages that were found, and what else may be said: the company's name, today's day."""
        self._language = language
        found = "\n".join(sources)
        self._terms = frozenset(terms(found, language))
        self._asked = frozenset(terms(asked, language))
        self._courtesy = frozenset(terms(COURTESY.get(language, ""), language))
        self._numbers = _numbers(found, language) | _numbers(asked, language)
        self._times = _times(found) | _times(asked)
        self._names = frozenset(plain_words(f"{found} {asked}", language))
        self._denied = bool(_NOT.search(found))

    def holds(self, sentence: str) -> bool:
        """Whether a sentence may be spoken."""
        said = sentence.replace("’", "'")
        if not self._figures_hold(said):
            return False
        if said.rstrip().endswith("?"):
            return True
        words = [w for w in terms(said, self._language) if w not in self._courtesy]
        unfounded = [w for w in words if not self._is_found(w)]
        if (_YES.search(said) or _NOT.search(said)) and not self._verdict_holds(said, unfounded):
            return False
        strange = [w for w in unfounded if w not in self._asked]
        return len(words) < _FEW or len(strange) <= _STRANGE * len(words)

    def _figures_hold(self, said: str) -> bool:
        """Whether every number, time and name is known."""
        if not (_numbers(said, self._language) <= self._numbers and _times(said) <= self._times):
            return False
        if self._language not in _NAMES_HAVE_CAPITALS:
            return True
        return all(name.lower() in self._names for name in _NAME.findall(said))

    def _verdict_holds(self, said: str, unfounded: list[str]) -> bool:
        """Whether a yes or no is about what the passages are about, and none of theirs turned round."""
        return not unfounded and bool(_NOT.search(said)) == self._denied

    def _is_found(self, term: str) -> bool:
        return not self._terms.isdisjoint(adapted(term, self._language, self._terms))


def _numbers(text: str, language: str) -> frozenset[str]:
    """Every number in a text, in words or digits, as digits; ordinals and noughts are none."""
    plain = _ORDINAL.sub(lambda m: _ORDINALS.get(m[1], "later"), text)
    plain = _TIME.sub(lambda m: f" {m[1] or m[3]} {m[2] or m[4] or ''} ", plain)
    words = list(plain_words(plain, language))
    found = {_value(number) for number in _NUMBER.findall(plain)} | {w for w in words if w.isdigit()}
    return frozenset(found | {"1"} if "one" in words else found) - {"0", "00"}


def _value(number: str) -> str:
    """A number without marks between thousands, without cents that are none, and with a point before others."""
    return _NO_CENTS.sub("", _THOUSANDS.sub("", number)).replace(",", ".")


def _times(text: str) -> frozenset[tuple[str, str]]:
    """Times of day as hour and minute."""
    matches = _TIME.finditer(_NOON.sub("12 p.m.", text))
    return frozenset(((m[1] or m[3]).lstrip("0"), m[2] or m[4] or "00") for m in matches)
