"""What kind of answer a question wants, and which kinds a passage has: "how much" wants money, "who" a name."""

import re
from functools import cache

from agent.knowledge.terms import terms
from parley import languages

KINDS = ("who", "money", "time", "duration", "where", "contact", "measure", "year")
# Of no language: a passage has digits, signs and names wherever it comes from.
_NAME = r"\b[A-Z]\w+ [A-Z]\w+"
_MONEY = r"[$€£]\s?\d|\d\s?[$€£]"
_TIME = r"\d:\d\d"
_CONTACT = r"@|\d{3}"
_YEAR = r"\b(?:19|20)\d\d\b"


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
    currencies = f"{known.currencies.pattern}|{known.percent.pattern}"
    patterns = {
        "who": rf"{_NAME}|\b{known.who.pattern}\b",
        "money": rf"{_MONEY}|\d\s?(?:{currencies})(?!\w)|\b{known.money.pattern}\b",
        "time": rf"{_TIME}|\d\s?{known.clock.pattern}(?!\w)|\b{known.time.pattern}\b",
        "duration": rf"\b{known.duration.pattern}\b",
        "where": rf"(?<!\w){known.where.pattern}(?!\w)",
        "contact": _CONTACT,
        "measure": rf"\d[ -]?{known.measures.pattern}(?!\w)|\b{known.measured.pattern}\b",
        "year": _YEAR,
    }
    return {kind: re.compile(pattern) for kind, pattern in patterns.items()}


def lacks(question: str, kinds: frozenset[str], passage: str, given: frozenset[str], language: str) -> bool:
    """Whether a question wants a kind of answer that a passage has not; `kinds` and `given` are what those two said.

    "How many rooms" wants a number before "rooms".
    """
    how_many, number = _counts(language)
    wanted = how_many.search(question)
    if wanted is None:
        return bool(kinds) and not kinds & given
    counted = {term for match in number.finditer(passage) for term in terms(match[1], language)}
    return counted.isdisjoint(terms(wanted[1], language))


@cache
def _counts(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is asked for in "how many ...", up to two words; a number, and the three words behind it."""
    known = languages.get(language)
    how_many, numbers = known.asked.count.pattern, known.given.count.pattern
    return (
        re.compile(rf"(?<!\w){how_many}\s*((?:\w+ ?){{1,2}})"),
        re.compile(rf"\b(?:\d+|{numbers})((?:\W+\w+){{1,3}})"),
    )


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


def is_question(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the words ask for something; a statement is not answered with "I do not know"."""
    known = languages.get(language).questions
    rest = without_openers(text, language)
    begins = known.words.begin(rest) or known.verbs.begin(rest)
    return "?" in text or begins is not None or known.asking.within(text)
