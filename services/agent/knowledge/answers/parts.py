"""What of a caller's words is asked: two questions in one breath, and the question after small talk. Pure."""

import re
from functools import cache

from agent.knowledge.answer_types import without_openers
from parley import languages

_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def questions_in(text: str, language: str) -> list[str]:
    """The questions in a caller's words in their order: the words as they are when there is but one, or none.

    Sentences that ask nothing are left out when a question comes after them.
    """
    if language not in languages.codes():
        return [text]
    parts = [part for sentence in _SENTENCE.split(text) for part in _halves(sentence, language)]
    shortest = languages.get(language).questions.shortest
    return [p for p in parts if _asks(p, language) and len(p.split()) >= shortest] or [text]


def _asks(part: str, language: str) -> bool:
    known = languages.get(language).questions
    rest = without_openers(part, language)
    begins = known.words.begin(rest) or known.verbs.begin(rest)
    return part.rstrip().endswith("?") or begins is not None


def _halves(sentence: str, language: str) -> list[str]:
    """A sentence cut before every "and" that a question follows, without what only announces it: "two questions"."""
    pieces = [piece.strip(" ,") for piece in _between(language).split(sentence)]
    pieces = [piece for piece in pieces if without_openers(piece, language).strip(" ,.")]
    whole = all(len(piece.split()) >= languages.get(language).questions.shortest for piece in pieces)
    return pieces if whole else [sentence]


@cache
def _between(language: str) -> re.Pattern[str]:
    known = languages.get(language)
    question = rf"(?=¿?(?:{known.questions.words.pattern}|{known.questions.verbs.pattern})(?!\w))"
    return re.compile(rf",?\s+{known.knowledge.also.pattern}\s+{question}|,\s+{question}")
