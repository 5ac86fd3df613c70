"""What kind of answer a question wants, and which kinds a passage has: "how much" wants money, "who" a name."""

import re
from collections.abc import Mapping

from agent.knowledge.terms import terms

_Patterns = Mapping[str, re.Pattern[str]]


def _compiled(patterns: Mapping[str, str]) -> _Patterns:
    return {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in patterns.items()}


_ASKED: Mapping[str, _Patterns] = {
    "en": _compiled(
        {
            "who": r"\b(?:who|whose)\b|\bname of\b",
            "money": r"\bhow much (?:is|are|do|does|did|would|will|for|to)\b|\bcosts?\b|\bprices?\b|\bcharged?\b"
            r"|\bexpensive\b|\bcheap(?:er|est)?\b|\bfees?\b|\bfine\b",
            "time": r"\bwhen\b|\bwhat time\b|\buntil what\b|\bhow late\b|\bopen(?:ing)?\b|\bhours\b",
            "duration": r"\bhow (?:long|soon|fast|quick\w*|much time)\b",
            "where": r"\bwhere\b|\baddress\b|\bfind you\b",
            "contact": r"\bnumber\b|\be-?mail\b|\bfax\b",
            "measure": r"\bhow (?:old|heavy|big|large|deep|high|tall|wide|thick|warm|hot|cold|strong|loud|powerful)\b",
            "year": r"\bfounded\b|\b(?:what|which) year\b|\bsince when\b",
        }
    ),
    "de": _compiled(
        {
            "who": r"\b(?:wer|wem|wessen|heißt)\b",
            "money": r"\bkostet|\bwie teuer\b|\bpreise?\b",
            "time": r"\bwann\b|\bgeöffnet\b|\boffen\b|\bwie spät\b",
            "duration": r"\bwie (?:lange|schnell)\b",
            "where": r"\b(?:wo|wohin|adresse)\b",
            "contact": r"\b(?:telefon)?nummer\b|\be-?mail\b",
            "measure": r"\bwie (?:alt|schwer|groß|tief|hoch|breit|dick|warm|heiß|kalt|stark|laut)\b",
            "year": r"\bgegründet\b|\bwelche[ms] jahr\b|\bseit wann\b",
        }
    ),
}
_YES_OR_NO = {
    "en": re.compile(
        r"^(?:and |so |but )*(?:is|are|was|am|do|does|did|can|could|will|would|should|may|have|has)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?:und |aber )*(?:ist|sind|gibt|kann|können|darf|dürfen|haben|hat|muss|verkaufen)\b", re.IGNORECASE
    ),
}
# Of no language: a passage has digits, signs and names wherever it comes from.
_GIVEN: _Patterns = {
    "who": re.compile(r"\b[A-Z]\w+ [A-Z]\w+|\bDoctor\b|\bcolleague"),
    "money": re.compile(
        r"[$€£]\s?\d|\d (?:euros?|dollars?|cents?|percent)\b|\b(?:free|nothing|insurances?|kostenlos)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"\d\s?(?:[ap]\.m|uhr)|\d:\d\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:every|all|same) day"
        r"|today|tomorrow|weekends?|noon|around the clock|montags?|samstags?|sonntags?|wochenende)\b",
        re.IGNORECASE,
    ),
    "duration": re.compile(
        r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|today|tomorrow|minuten?|stunden?|tage?n?|wochen?|monate?|jahre?)\b",
        re.IGNORECASE,
    ),
    "where": re.compile(
        r"\b(?:at|in|on|behind|beside|next to|opposite|left|right|floor|street|road|level|neben|hinter|im|am|in der)\b"
        r"|straße",
        re.IGNORECASE,
    ),
    "contact": re.compile(r"@|\d{3}"),
    "measure": re.compile(
        r"\d[ -]?(?:years?|months?|weeks?|kilos?|kg|grams?|pounds?|inch|inches|feet|met(?:er|re)s?|square|gigabytes?"
        r"|lit(?:er|re)s?|degrees|watts?|horsepower|jahren?|monate?n?|wochen|gramm|meter|zentimeter|grad|watt|ps)\b"
        r"|\bage of\b",
        re.IGNORECASE,
    ),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
}  # fmt: skip


_HOW_MANY = {
    "en": re.compile(r"\bhow many ((?:\w+ ?){1,2})", re.IGNORECASE),
    "de": re.compile(r"\bwie viele ((?:\w+ ?){1,2})", re.IGNORECASE),
}
_COUNTED = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf|sechs|sieben|acht|neun"
    r"|zehn)((?:\W+\w+){1,3})",
    re.IGNORECASE,
)


def asked(question: str, language: str) -> frozenset[str]:
    """Kinds of answers that a question wants; none where that cannot be told."""
    return frozenset(kind for kind, pattern in _ASKED.get(language, {}).items() if pattern.search(question))


def given(passage: str) -> frozenset[str]:
    """Kinds of answers that a passage has."""
    return frozenset(kind for kind, pattern in _GIVEN.items() if pattern.search(passage))


def lacks(question: str, kinds: frozenset[str], passage: str, given: frozenset[str], language: str) -> bool:
    """Whether a question wants a kind of answer that a passage has not; `kinds` and `given` are what those two said.

    "How many rooms" wants a number before "rooms".
    """
    pattern = _HOW_MANY.get(language)
    wanted = pattern.search(question) if pattern else None
    if wanted is None:
        return bool(kinds) and not kinds & given
    counted = {term for match in _COUNTED.finditer(passage) for term in terms(match[1], language)}
    return counted.isdisjoint(terms(wanted[1], language))


def is_yes_or_no(question: str, language: str) -> bool:
    """Whether a question wants a yes or a no."""
    pattern = _YES_OR_NO.get(language)
    return bool(pattern and pattern.search(question.strip()))
