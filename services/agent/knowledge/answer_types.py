"""What kind of answer a question wants, and which kinds a passage has: "how much" wants money, "who" a name."""

import re
from functools import cache

from parley import languages

KINDS = ("who", "money", "time", "duration", "where", "count", "contact")

# Of no language: a passage has digits, signs and names wherever it comes from.
_NAME = r"\b[A-Z]\w+ [A-Z]\w+"
_MONEY = r"[$€£]\s?\d|\d\s?[$€£]"
_TIME = r"\d:\d\d"
_CONTACT = r"@|\d{3}"


def asked(question: str, language: str) -> frozenset[str]:
    """Kinds of answers that a question wants; none where that cannot be told."""
    known = languages.get(language).asked
    return frozenset(kind for kind in KINDS if getattr(known, kind).within(question))


def given(passage: str, language: str) -> frozenset[str]:
    """Kinds of answers that a passage has."""
    return frozenset(kind for kind, pattern in _given(language).items() if pattern.search(passage))


@cache
def _given(language: str) -> dict[str, re.Pattern[str]]:
    known = languages.get(language).given
    patterns = {
        "who": rf"{_NAME}|\b{known.who.pattern}\b",
        "money": rf"{_MONEY}|\d\s?{known.currencies.pattern}(?!\w)|\b{known.money.pattern}\b",
        "time": rf"{_TIME}|\d\s?{known.clock.pattern}(?!\w)|\b{known.time.pattern}\b",
        "duration": rf"\b{known.duration.pattern}\b",
        "where": rf"(?<!\w){known.where.pattern}(?!\w)",
        "count": rf"\d|\b{known.count.pattern}\b",
        "contact": _CONTACT,
    }
    return {kind: re.compile(pattern) for kind, pattern in patterns.items()}


def is_yes_or_no(question: str, language: str) -> bool:
    """Whether a question wants a yes or a no."""
    known = languages.get(language).questions
    return known.verbs.begin(without_openers(question, language)) is not None


def without_openers(text: str, language: str) -> str:
    """Words without what comes before a question: greetings, "and", "so"."""
    openers = languages.get(language).questions.openers
    rest = text.strip().lstrip("¿¡")
    while found := openers.begin(rest):
        rest = rest[found.end() :].lstrip(" ,.!¿¡")
    return rest
