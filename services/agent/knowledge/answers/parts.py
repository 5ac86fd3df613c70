"""What of a caller's words is asked: two questions in one breath, and the question after small talk. Pure."""

import re

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_QUESTION_WORDS = {
    "en": r"who|what|when|where|why|how|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|may"
    r"|have|has",
    "de": r"wer|was|wann|wo|warum|wie|welche[rsn]?|wem|wohin|ist|sind|gibt|kann|können|könnte|haben|hat|darf|muss"
    r"|machen|nehmen|bieten|verkaufen|brauche",
}
_AND = {"en": "and(?: also)?|also", "de": "und(?: auch)?"}
_SHORTEST = 3
"""Words of a question that stands for itself."""


def questions_in(text: str, language: str) -> list[str]:
    """The questions in a caller's words in their order: the words as they are when there is but one, or none.

    Sentences that ask nothing are left out when a question comes after them.
    """
    words = _QUESTION_WORDS.get(language)
    if words is None:
        return [text]
    starts = re.compile(rf"^(?:and |so |but |und |also )*(?:{words})\b", re.IGNORECASE)
    parts = [part for sentence in _SENTENCE.split(text) for part in _halves(sentence, language, words)]
    asked = [
        p for p in parts if (p.rstrip().endswith("?") or starts.match(p)) and len(p.split()) >= _SHORTEST
    ]
    return asked or [text]


def _halves(sentence: str, language: str, words: str) -> list[str]:
    """A sentence cut before every "and" that a question follows."""
    cut = re.compile(rf",?\s+(?:{_AND[language]})\s+(?=(?:{words})\b)|,\s+(?=(?:{words})\b)", re.IGNORECASE)
    pieces = [piece.strip(" ,") for piece in cut.split(sentence)]
    whole = all(len(piece.split()) >= _SHORTEST for piece in pieces)
    return pieces if whole else [sentence]
