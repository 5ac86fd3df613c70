"""Whether the caller asks for a person, and for whom. Decided by the shape of the words, as goodbyes are."""

import re
from collections.abc import Mapping

from parley.agents.dialogue import Target
from parley.callers.words import DEFAULT, only, plain, words_of

_PERSON = (
    r"persons?|humans?|human being|someone|somebody|anyone|anybody|operator|representative|live agent"
    r"|real agent|agents?|employee|staff|colleagues?|advisor|adviser|supervisor|manager|people"
)
_REACH = r"(?:speak|talk|transfer me|connect me|forward me|put me|pass me|hand me|get me|give me|reach)"
_TO = r"(?:to|with|through to|over to|on to|on)?"
_WITH_SOMEBODY = re.compile(
    rf"\b{_REACH}(?: {_TO})?(?: (?:a|an|the|your|one of your|some|any|another))?"
    rf"(?: (?:real|live|actual|human|other))?(?: \w+)? (?:{_PERSON})\b"
)
_ONLY_SOMEBODY = re.compile(
    r"^(?:(?:i )?(?:need|want|would like|d like) )?(?:a |an |the )?"
    r"(?:real person|person|human|human being|operator|representative|live agent|real agent"
    r"|customer service)(?: please| now)*$"
)
_REACHING = re.compile(rf"\b{_REACH}\b")
_NOT = re.compile(r"\b(?:don t|do not|dont|no need|not|never|nicht|kein|keinen|keine)\b")
_DE_PERSON = (
    r"mensch(?:en)?|mitarbeiter(?:in|n)?|person|jemand(?:en|em)?|berater(?:in)?|kollegen|kollegin|personal"
)
_DE_REACH = r"sprechen|reden|verbinden|verbinde|weiterleiten|durchstellen|weiterverbinden"
_DE = re.compile(rf"\b(?:{_DE_PERSON})\b.*\b(?:{_DE_REACH})\b|\b(?:{_DE_REACH})\b.*\b(?:{_DE_PERSON})\b")
_DE_REACHING = re.compile(rf"\b(?:{_DE_REACH})\b")


def person_wanted(text: str, targets: Mapping[str, Target]) -> str | None:
    """Name the target that the caller asks for: "" for anybody, None when they ask for nobody."""
    words = _plain(text)
    if not targets or _NOT.search(words):
        return None
    if _REACHING.search(words) or _DE_REACHING.search(words):
        named = [
            name
            for name, target in targets.items()
            if any(f" {_plain(word)} " in f" {words} " for word in target.words)
        ]
        if named:
            return named[0]
    anybody = _WITH_SOMEBODY.search(words) or _ONLY_SOMEBODY.match(words) or _DE.search(words)
    return "" if anybody else None


def is_yes(text: str, language: str = DEFAULT) -> bool:
    """Whether the caller agrees, and says nothing else."""
    return only(plain(text), words_of(language).agreeing)


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
