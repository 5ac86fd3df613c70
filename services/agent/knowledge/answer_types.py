"""What kind of answer a question wants, and which kinds a passage has: "how much" wants money, "who" a name."""

import re
from collections.abc import Mapping

KINDS = ("who", "money", "time", "duration", "where", "count", "contact")

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
            "count": r"\bhow many\b",
            "contact": r"\bnumber\b|\be-?mail\b|\bfax\b",
        }
    ),
    "de": _compiled(
        {
            "who": r"\b(?:wer|wem|wessen|heißt)\b",
            "money": r"\bkostet|\bwie teuer\b|\bpreise?\b",
            "time": r"\bwann\b|\bgeöffnet\b|\boffen\b|\bwie spät\b",
            "duration": r"\bwie (?:lange|schnell)\b",
            "where": r"\b(?:wo|wohin|adresse)\b",
            "count": r"\bwie viele\b",
            "contact": r"\b(?:telefon)?nummer\b|\be-?mail\b",
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
        r"[$€£]\s?\d|\d (?:euros?|dollars?|cents?|percent)\b|\d\s?[$€£]|\b(?:free|nothing|insurances?|kostenlos)\b",
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
    "count": re.compile(
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf)\b", re.IGNORECASE
    ),
    "contact": re.compile(r"@|\d{3}"),
}  # fmt: skip


def asked(question: str, language: str) -> frozenset[str]:
    """Kinds of answers that a question wants; none where that cannot be told."""
    return frozenset(kind for kind, pattern in _ASKED.get(language, {}).items() if pattern.search(question))


def given(passage: str) -> frozenset[str]:
    """Kinds of answers that a passage has."""
    return frozenset(kind for kind, pattern in _GIVEN.items() if pattern.search(passage))


def is_yes_or_no(question: str, language: str) -> bool:
    """Whether a question wants a yes or a no."""
    pattern = _YES_OR_NO.get(language)
    return bool(pattern and pattern.search(question.strip()))
