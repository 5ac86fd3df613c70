"""What is done with a caller's words, decided from what was found. Pure: the numbers come from index.py.

Nothing but retrieval says that something is unknown: a small language model that is told to refuse refuses nearly
everything. The figures are fitted to bench/data/knowledge/calibration.yaml by `bench/knowledge.py --calibrate`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

from agent.knowledge.index import Hit

Kind = Literal["say", "ground", "chat", "unknown"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the lines are drawn."""

    bias: float = -2.95
    words: float = 2.7
    meaning: float = 3.3
    margin: float = 0.75
    contrast: float = 3.4
    """These five: the log odds that the knowledge has an answer, see Evidence."""
    unknown_below: float = 0.48
    """Likelihood of an answer under which there is none."""
    say_score: float = 0.6
    """Score from which a passage is spoken as it stands."""
    say_margin: float = 0.12
    """How far it must be ahead of the next one."""
    say_curated: float = 0.66
    """Meaning from which a curated answer is spoken, whatever the words."""
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
    """What was found, the best first."""
    known: float = 0.0
    """Likelihood that the knowledge has an answer."""
    passages: tuple[str, ...] = ()
    """What the language model is to answer from."""


LIMITS = Limits()
_FIELD = slice(5, 15)
"""Ranks of hits that are taken to be about something else."""
_MAX_PASSAGES = 3
_NEAR = 0.7
"""Part of the best score that a further passage must have."""


def decide(
    hits: Sequence[Hit], talk: float, *, question: bool, follow_up: bool, limits: Limits = LIMITS
) -> Decision:
    """Decide on a caller's words by what was found, the best first; `talk` is how near they are to small talk.

    `question` and `follow_up` are what `is_question` and `is_follow_up` say of the words.
    """
    if not hits:
        return Decision("chat")
    best = hits[0]
    evidence = Evidence.of(hits)
    margin = evidence.margin
    known = likelihood(evidence, limits)
    found = tuple(hits)
    if best.entry.tool and known >= limits.unknown_below:
        return Decision("chat", found, known)
    if _sayable(best, margin, limits, follow_up=follow_up):
        return Decision("say", found, known)
    if talk >= limits.talk and talk > best.meaning:
        return Decision("chat", found, known)
    if known < limits.unknown_below:
        return Decision("unknown" if question else "chat", found, known)
    near = (h.entry.said for h in hits if h.score >= _NEAR * best.score and not h.entry.tool)
    return Decision("ground", found, known, tuple(dict.fromkeys(near))[:_MAX_PASSAGES])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells whether the knowledge has an answer."""

    words: float
    """Of the best hit, see Hit."""
    meaning: float
    """Of the best hit."""
    margin: float
    """How far the best hit is ahead of the next one that says something else."""
    contrast: float
    """How far its meaning is above that of passages which have nothing to do with the question."""

    @classmethod
    def of(cls, hits: Sequence[Hit]) -> Self:
        """Take it from hits in their order, at least one."""
        best = hits[0]
        others = (hit.score for hit in hits if hit.entry.said != best.entry.said)
        field = sorted((hit.meaning for hit in hits), reverse=True)[_FIELD]
        return cls(
            words=best.words,
            meaning=best.meaning,
            margin=best.score - next(others, 0.0),
            contrast=best.meaning - (sum(field) / len(field) if field else 0.0),
        )


def likelihood(evidence: Evidence, limits: Limits = LIMITS) -> float:
    """How likely the knowledge has an answer, 0…1."""
    odds = (
        limits.bias
        + limits.words * evidence.words
        + limits.meaning * evidence.meaning
        + limits.margin * evidence.margin
        + limits.contrast * evidence.contrast
    )
    return 1 / (1 + math.exp(-odds))


def _sayable(best: Hit, margin: float, limits: Limits, *, follow_up: bool) -> bool:
    if best.entry.tool:
        return False
    if best.entry.curated is not None:
        return best.meaning >= limits.say_curated or best.score >= limits.say_score
    # What a follow-up refers to is a guess: the language model, which has the whole conversation, makes a better one.
    ahead = margin >= limits.say_margin * (2 if follow_up else 1)
    return best.score >= limits.say_score and ahead and len(best.entry.said.split()) <= limits.say_words


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
