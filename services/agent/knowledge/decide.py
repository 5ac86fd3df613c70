"""What is done with a caller's words, decided from what was found. Pure: the numbers come from index.py.

Nothing but retrieval says that something is unknown: a small language model that is told to refuse refuses nearly
everything. The limits are chosen by what `python -m bench.knowledge --calibrate` prints of the questions in
bench/data/knowledge/calibration.yaml.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.knowledge.index import Hit

Kind = Literal["say", "ground", "chat", "unknown"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the lines are drawn."""

    unknown_below: float = 0.3
    """Chance of the best passage under which the answer is unknown..."""
    known: float = 0.8
    """... unless several share a likelihood as high as this."""
    say: float = 0.5
    """Chance from which a passage is spoken as it stands."""
    say_after: float = 0.65
    """The same for words that follow up others: what they refer to is a guess."""
    say_curated: float = 0.66
    """Meaning from which a curated answer is spoken, whatever the rest."""
    say_words: int = 30
    """Longest passage that is spoken as it stands, in words."""
    talk: float = 0.6
    """Meaning from which words are small talk, when nothing of the knowledge is as near."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why."""

    kind: Kind
    """`say` the best hit; `ground` the language model in `passages`; `chat` with it; the answer is `unknown`."""
    hits: tuple[Hit, ...] = ()
    """What was found, the likeliest first."""
    known: float = 0.0
    """Likelihood that the knowledge has an answer."""
    passages: tuple[str, ...] = ()
    """What the language model is to answer from."""
    sources: tuple[str, ...] = ()
    """What its answer must rest on: the same, also where they need not stand beside the question."""


LIMITS = Limits()
_MAX_PASSAGES = 3
_NEAR = 0.15
"""Part of the best chance that a further passage must have."""


def decide(
    hits: Sequence[Hit], talk: float, *, question: bool, follow_up: bool, limits: Limits = LIMITS
) -> Decision:
    """Decide on a caller's words by what was found, the likeliest first; `talk` is how near they are to small talk.

    `question` and `follow_up` are what `is_question` and `is_follow_up` say of the words.
    """
    if not hits:
        return Decision("chat")
    best = hits[0]
    known = sum(hit.chance for hit in hits)
    found = tuple(hits)
    unknown = best.chance < limits.unknown_below and known < limits.known
    if best.entry.tool and not unknown:
        return Decision("chat", found, known)
    if _sayable(best, limits, follow_up=follow_up):
        return Decision("say", found, known)
    if talk >= limits.talk and talk > max(hit.meaning for hit in hits):
        return Decision("chat", found, known)
    if unknown:
        return Decision("unknown" if question else "chat", found, known)
    near = tuple(h.entry.said for h in hits if h.chance >= _NEAR * best.chance and not h.entry.tool)
    return Decision("ground", found, known, near[:_MAX_PASSAGES], near[:_MAX_PASSAGES])


def _sayable(best: Hit, limits: Limits, *, follow_up: bool) -> bool:
    if best.entry.tool:
        return False
    if best.entry.curated is not None and best.meaning >= limits.say_curated:
        return True
    sure = best.chance >= (limits.say_after if follow_up else limits.say)
    return sure and (best.entry.curated is not None or len(best.entry.said.split()) <= limits.say_words)


_ASKS = {
    "en": re.compile(
        r"\?|^(?:and |so |but |um |uh |okay |hi |hello |hey )*"
        r"(?:who|what|when|where|why|how|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|may|have|has)\b"
        r"|\b(?:tell me|i want to know|i'd like to know|wondering|looking for|i need)\b"
    ),
    "de": re.compile(
        r"\?|^(?:und |also |aber |hallo )*(?:wer|was|wann|wo|warum|wie|welche[rsn]?|wem|wen|wohin|woher|ist|sind|gibt"
        r"|kann|können|haben|hat|darf|muss|verkaufen|machen)\b|\b(?:ich möchte wissen|ich suche|ich brauche)\b"
    ),
}
_REFERS = {
    "en": re.compile(
        r"^(?:and|or|also|then|what about|how about)\b|\b(?:it|its|they|them|that one|this one|those|these|the other"
        r"|the same|instead)\b"
    ),
    "de": re.compile(r"^(?:und|oder|auch|dann)\b|\b(?:es|das da|die da|davon|dafür|damit|dort)\b"),
}
_ANSWERS = re.compile(
    r"^(?:yes|no|yeah|yep|nope|okay|ok|sure|please|thanks|thank you|ja|nein|gern|danke)\b", re.IGNORECASE
)
_SHORT_WORDS = 3
_EARLIER = 2


def is_question(text: str, language: str = "en") -> bool:
    """Whether the words ask for something; a statement is not answered with "I do not know"."""
    pattern = _ASKS.get(language, _ASKS["en"])
    return bool(pattern.search(text.lower().replace("’", "'").strip()))


def is_follow_up(text: str, language: str = "en") -> bool:
    """Whether the words can only be understood with those before."""
    if _ANSWERS.match(text.strip()):
        return False
    pattern = _REFERS.get(language, _REFERS["en"])
    return bool(pattern.search(text.lower().strip())) or len(text.split()) <= _SHORT_WORDS


def resolved(text: str, earlier: Sequence[str], language: str = "en") -> str:
    """The words with the question that they follow up, if they do; `earlier` is what the caller said, oldest first."""
    if not earlier or not is_follow_up(text, language):
        return text
    before: list[str] = []
    for said in reversed(earlier[-_EARLIER:]):
        before.insert(0, said)
        if not is_follow_up(said, language):
            break
    return " ".join((*before, text))
