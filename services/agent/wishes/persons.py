"""Whether the caller asks for a person, and for whom. Decided by the shape of the words, as goodbyes are."""

import re
from collections.abc import Mapping
from functools import cache

from parley import languages
from parley.agents.dialogue import Target
from parley.languages.said import only, plain

_MOST_BETWEEN = 4
"""Small words that stand between "speak" and "person" at most: "over to one of your"; and one that is none of these."""


def person_wanted(text: str, targets: Mapping[str, Target], language: str = languages.DEFAULT) -> str | None:
    """Name the target that the caller asks for: "" for anybody, None when they ask for nobody."""
    words = _plain(text)
    known = languages.get(language).person
    if not targets or known.refusing.within(words):
        return None
    if known.reach.within(words):
        named = [
            name
            for name, target in targets.items()
            if any(f" {_plain(word)} " in f" {words} " for word in target.words)
        ]
        if named:
            return named[0]
    with_somebody, only_somebody = _patterns(language)
    return "" if with_somebody.search(words) or only_somebody.match(words) else None


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What asks for anybody within other words, and what does as all that is said."""
    known = languages.get(language).person
    reach, who = known.reach.pattern, known.who.pattern
    if known.apart:
        somebody = rf"\b(?:{reach}\b.*\b{who}|{who}\b.*\b{reach})\b"
    else:
        small = "|".join(sorted(known.between))
        somebody = rf"\b{reach}(?: (?:{small})){{0,{_MOST_BETWEEN}}}(?: \w+)? {who}\b"
    alone = rf"^(?:{known.wanting.pattern} )*{known.alone.pattern}(?: {known.politely.pattern})*$"
    return re.compile(somebody), re.compile(alone)


def is_yes(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller agrees, and says nothing else."""
    return only(plain(text), languages.get(language).yes)


def is_heard(offer: str, heard: str) -> bool:
    """Whether what was heard ends with an offer, or with so much of it that its meaning was clear.

    An offer is a question at the end of what is said; half of its words tell what it is.
    """
    whole, ends = plain(offer).split(), plain(heard).split()
    question = len(plain(re.split(r"[.!?…]\s+", offer.strip())[-1]).split())
    fewest = len(whole) - question + (question + 1) // 2
    return any(ends[-count:] == whole[:count] for count in range(len(whole), fewest - 1, -1))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
