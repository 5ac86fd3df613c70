"""The words of a language by which a caller is understood; one file of a language beside this module.

Phrases are written as `plain` makes them: small letters, no punctuation, no apostrophes.
"""

import re
from functools import cache
from pathlib import Path

import msgspec

DEFAULT = "en"

_WORD = re.compile(r"\w+")
_CLAUSES = re.compile(r"[,;:.!?…—–]+")


class Numbers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How numbers are said."""

    units: dict[str, int]
    """Words for 0 to 19."""
    tens: dict[str, int]
    """Words for 20, 30 … that a unit may follow, or precede where `unit_first`."""
    hundred: tuple[str, ...] = ()
    thousand: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    """What may stand within a number: "one hundred and five"."""
    times: dict[str, int] = {}
    """"double two": words that say how often the next digit stands there."""
    unit_first: str = ""
    """What joins a unit to the tens that follow it in one word: "siebenundvierzig"; empty: tens come first."""


class CallerWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a language's file."""

    agreeing: tuple[str, ...]
    """A yes, alone or several of them."""
    declining: tuple[str, ...]
    """A no."""
    checking: tuple[str, ...]
    """Whether anybody is there: said into a greeting or a silence, and no wish for anything else."""
    waiting: tuple[str, ...]
    """The agent is asked to wait."""
    looking: tuple[str, ...]
    """The same, and what follows tells for what: "let me look for …"."""
    fetching: tuple[str, ...]
    """With what somebody who asks for that begins to explain it: "I have to …"."""
    around: tuple[str, ...]
    """Words that change nothing about a clause."""
    holding: tuple[str, ...]
    """What a machine says to somebody who waits in a queue; no person says so to an agent."""
    voicemail: tuple[str, ...]
    """What a machine says before it takes a message."""
    negating: tuple[str, ...]
    """What follows in the clause is not wanted …"""
    wanting: tuple[str, ...]
    """… up to one of these."""
    choosing: tuple[str, ...]
    """What may stand around the number of a choice: "option two please"."""
    ordinals: tuple[str, ...]
    """First, second …: a choice by its place is a choice by its number."""
    numbers: Numbers


@cache
def words_of(language: str) -> CallerWords:
    """Return the words of a language; of the default one where there is no file."""
    folder = Path(__file__).parent
    path = folder / f"{language}.toml"
    return msgspec.toml.decode(
        (path if path.is_file() else folder / f"{DEFAULT}.toml").read_bytes(), type=CallerWords
    )


def plain(text: str) -> str:
    """The words of a text, without what is not said."""
    return " ".join(_WORD.findall(text.lower().replace("'", "").replace("’", "").replace("-", " ")))


def clauses(text: str) -> list[str]:
    """The plain clauses of a text, as its punctuation parts it."""
    return [clause for clause in map(plain, _CLAUSES.split(text)) if clause]


def begins(said: str, phrases: tuple[str, ...]) -> str:
    """The longest of the phrases that plain words begin with; empty when there is none."""
    return max((phrase for phrase in phrases if f"{said} ".startswith(f"{phrase} ")), key=len, default="")


def only(said: str, *groups: tuple[str, ...]) -> bool:
    """Whether plain words are made of nothing but phrases of these groups, the first of which is among them."""
    first = False
    every = tuple(phrase for group in groups for phrase in group)
    while said:
        phrase = begins(said, every)
        if not phrase:
            return False
        first |= phrase in groups[0]
        said = said[len(phrase) :].strip()
    return first
