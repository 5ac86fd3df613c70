"""What single lines of callers tell of a call, in any of the languages: which one it is, a record does not say."""

import re
from functools import cache

from parley import languages
from parley.languages import Phrases
from parley.languages.said import clauses, made_of, plain
from parley.privacy.masking import unmarked

_STEM = 6
"""So many letters of a word are compared: its ending changes."""
_AFTERWORD = 4
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _polite() -> list[tuple[Phrases, ...]]:
    """By language, what asks for nothing: thanks, leave, a yes, a no, a greeting, an uh-huh."""
    return [
        (
            known.goodbye.thanks, known.goodbye.byes, known.goodbye.closers, known.goodbye.noes, known.goodbye.around,
            known.yes, known.no, known.turn.greetings, known.overlap.acknowledging, known.overlap.checking,
        )
        for known in languages.every()
    ]  # fmt: skip


def asks(text: str) -> bool:
    """Whether a line wants something: it is more than politeness, more than keys, and more than what is masked."""
    text = unmarked(text)
    parts = clauses(text)
    return bool(_WORD.search(text)) and not any(
        all(made_of(clause, *phrases) for clause in parts) for phrases in _polite()
    )


def is_afterword(text: str) -> bool:
    """Whether a caller's last line may be a word about the answer, as "Pity, bye.", and asks for nothing more."""
    return "?" not in text and len(plain(text).split()) <= _AFTERWORD


@cache
def _stop_words() -> frozenset[str]:
    return frozenset[str]().union(*(known.knowledge.stop_words for known in languages.every()))


def telling(text: str) -> frozenset[str]:
    """The words of a line that tell what it is about, without their endings; none of one that asks for nothing.

    What is masked is none of them: two numbers are not the same because both are called one.
    """
    if not asks(text):
        return frozenset()
    found = (word for word in _WORD.findall(unmarked(text).lower()) if word not in _stop_words())
    return frozenset(word[:_STEM] for word in found)


def wants_person(text: str) -> bool:
    """Whether the caller asks for a person."""
    said = plain(text)
    return any(known.insight.person.within(said) for known in languages.every())


@cache
def _offers() -> list[re.Pattern[str]]:
    """By language, the question with which agents offer people."""
    parts = (map(plain, known.lines["offer_person"].split("{target}")) for known in languages.every())
    return [re.compile(r" \S.* ".join(map(re.escape, both)).strip()) for both in parts]


def offers_person(text: str) -> bool:
    """Whether a line of the agent's is nothing but the question whether the caller wants a person."""
    said = plain(text)
    return any(pattern.fullmatch(said) for pattern in _offers())


def says_again(text: str) -> bool:
    """Whether the caller says that they have asked before, or were not understood."""
    said = plain(text)
    return any(known.insight.again.within(said) for known in languages.every())


def wants_wait(text: str) -> bool:
    """Whether the caller asks the agent to wait."""
    said = plain(text)
    return any(
        known.waiting.asking.within(said) or known.waiting.looking.within(said) for known in languages.every()
    )
