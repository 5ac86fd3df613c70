"""How long a silence ends the caller's turn, from the words so far and from how finished they sound. Pure.

The end-of-turn model hears the melody, and misses that "I would like to" is no sentence; the words tell that, and miss
that "I bought a phone last week" is only the beginning of a story. So both are turned into the odds that the caller has
finished, and the silence that is waited for falls with them, from the longest to the shortest without a step.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from parley import languages
from parley.languages import Phrases
from parley.languages.schema import Turn

Form = Literal["open", "leaning", "number", "pointing", "statement", "answer", "question"]
"""What the words so far are: without an end; seldom an end; digits, of which more may come; a question or a few words
that only point at something; a sentence, to which another may be added; a few words; a whole question, a request or a
goodbye."""

_ODDS: dict[str, float] = {
    "leaning": -4.0,
    "number": -1.5,
    "pointing": -1.2,
    "statement": -0.5,
    "answer": 1.0,
    "question": 2.5,
}
"""Logarithm of the odds that the turn is over, which the form of the words adds to that of the melody."""
_MELODY = 0.4
"""How much the melody counts: the model is surer of itself than it is right, of pauses within sentences most of all."""
_SUREST = 0.995
_LEAST = -1.0
"""A sentence that sounds unfinished is finished more often than the model thinks."""

_MARKS = " ,.!¿¡"
"""What may stand after an opener, and before a question."""
_SHORT = 3
"""So few words are an answer rather than a sentence."""


@dataclass(frozen=True, slots=True)
class Silences:
    """Seconds of silence that end a turn."""

    fast_s: float = 0.4
    """When it is surely finished."""
    slow_s: float = 1.8
    """When it does not sound finished, but could be."""
    open_s: float = 2.5
    """When more must come."""
    even: float = 0.5
    """End-of-turn score that says nothing."""


def silence_s(
    text: str, melody: float | None, silences: Silences, language: str = languages.DEFAULT
) -> float:
    """Return the silence that ends the turn whose words so far are `text`, in the language of that code.

    `melody` is the end-of-turn model's score, 0…1; None when it was not asked.
    """
    what = form(text, language)
    if what == "open":
        return silences.open_s
    odds = _ODDS[what]
    if melody is not None:
        heard = _logit(melody) - _logit(silences.even)
        odds += _MELODY * (heard if what == "question" else max(heard, _LEAST))
    return silences.fast_s + (silences.slow_s - silences.fast_s) / (1 + math.exp(odds))


def form(text: str, language: str = languages.DEFAULT) -> Form:
    """Say what the words of an unfinished transcript are, in the language of that code."""
    words_of = languages.get(language)
    turn, questions = words_of.turn, words_of.questions
    said = _normal(text)
    words = re.sub(r"[^\w\s']", " ", said).split()
    rest = _unopened(_unopened(said, questions.openers), questions.openers)
    if _is_open(said, words, rest, turn):
        return "open"
    if _dictated(language).search(said):
        return "number"
    bare = " ".join(words)
    lasts = _lasts(said, questions.openers)
    asks = any(questions.words.begin(begun) for begun in (rest, *lasts))
    # "when that": a clause begins.
    follows = len(words) > 1 and (words[-2] in turn.open or questions.words.are(words[-2]))
    clause = follows and words[-1] in turn.pointing
    # "what a visitor needs to know" is asked; "what I'd like to know" only announces it.
    announces = turn.announcing.end(bare) and not questions.words.within(rest.partition(" ")[2])
    begun = announces or turn.greetings.are(bare)
    if clause or begun or words[-1] in turn.never_last or (words[-1] in turn.leaning and not asks):
        return "leaning"
    pointing = words[-1] in turn.pointing and not asks
    whole = turn.done.end(said.rstrip(".!")) or said.endswith("?")
    if whole or asks or any(questions.verbs.begin(begun) for begun in (rest, *lasts)):
        return "pointing" if pointing else "question"
    short: Form = "pointing" if pointing else "answer"
    return short if len(words) <= _SHORT else "statement"


def wants_yes_or_no(question: str, language: str) -> bool:
    """Whether a question can be answered by yes or no: one that asks what, when or how cannot."""
    said = _normal(question)
    questions = languages.get(language).questions
    rest = _unopened(_unopened(said, questions.openers), questions.openers)
    return bool(said) and not questions.words.begin(rest)


def _normal(text: str) -> str:
    return text.strip().lower().replace("’", "'").lstrip(_MARKS)


def _unopened(said: str, openers: Phrases) -> str:
    """The words without one of the openers and the marks after it."""
    found = openers.begin(said)
    return said[found.end() :].lstrip(_MARKS) if found else said


def _lasts(said: str, openers: Phrases) -> list[str]:
    """The last sentence, and of a question its last clause, without openers: before a question a story may be told.

    None that are too short to be more than the beginning of one.
    """
    parts = re.split(r"(?<=[.!?])\s+", said)[1:][-1:]
    if said.endswith("?"):
        parts += re.split(r"[,;]\s+", said)[1:][-1:]
    return [_unopened(part, openers) for part in parts if len(part.split()) >= _SHORT]


def _is_open(said: str, words: list[str], rest: str, turn: Turn) -> bool:
    if not words or words[-1] in turn.open or said.endswith((",", "...", "…", "-", "–", ":")):
        return True
    return words[-1] in turn.opened or bool(_begins_clause(rest, turn) and not re.search(r",.*\w", rest))


def _begins_clause(rest: str, turn: Turn) -> bool:
    """Whether a clause comes first, which another follows."""
    return any(
        re.match(
            rf"{re.escape(first)}\b(?! (?:{'|'.join(unless)})\b)" if unless else rf"{re.escape(first)}\b",
            rest,
        )
        for first, unless in turn.clauses.items()
    )


@cache
def _dictated(language: str) -> re.Pattern[str]:
    """Digits after what announces them, or some of them."""
    turn = languages.get(language).turn
    digit = rf"(?:\d|\b(?:{'|'.join(sorted(turn.digits))})\b)"
    return re.compile(rf"(?:\b{turn.dictated.pattern}\b.*{digit}|(?:{digit}[\s,.-]*){{3,}})[\s,.-]*$")


def _logit(probability: float) -> float:
    clipped = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(clipped / (1 - clipped))
