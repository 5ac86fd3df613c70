"""What is done with a caller's words, decided from what was found. Pure: the numbers come from index.py.

Nothing but retrieval says that something is unknown: a small language model that is told to refuse refuses nearly
everything. Between what is surely the answer and what surely is none a fact is said with words in front that tell how
sure that is, by limits.py.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from agent.knowledge.answers.between import Pick, Two, two_of
from agent.knowledge.answers.registers import Register, in_front
from agent.knowledge.index import Hit
from agent.knowledge.limits import LIMITS, Limits
from parley import languages

Kind = Literal["say", "likely", "unsure", "between", "ground", "chat", "unknown"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why."""

    kind: Kind
    """The facts in `said` are said, surely, `likely` or `unsure` the answer; the caller is asked back `between` the two
    of them; `ground` the language model in `passages`; `chat` with it; the answer is `unknown`."""
    hits: tuple[Hit, ...] = ()
    """What was found, the likeliest first."""
    known: float = 0.0
    """Likelihood that the knowledge has an answer."""
    said: tuple[str, ...] = ()
    """Facts that are said."""
    passages: tuple[str, ...] = ()
    """What the language model is to answer from."""
    sources: tuple[str, ...] = ()
    """What its answer must rest on: the same, also where they need not stand beside the question."""
    two: Two | None = None
    """Between what the caller is asked back."""


_MAX_PASSAGES = 3
_NEAR = 0.15
"""Part of the best chance that a further passage must have to be read by the language model."""


_COVERED = 3
"""An answer to one question that is among so many of the likeliest for the next one answers that as well."""


def decide(
    hits: Sequence[Hit],
    talk: float,
    *,
    question: bool,
    follow_up: bool = False,
    reasons: bool = False,
    limits: Limits = LIMITS,
) -> Decision:
    """Decide on a caller's words by what was found, the likeliest first; `talk` is how near they are to small talk.

    `question`, `follow_up` and `reasons` are what `is_question`, `is_follow_up` and `wants_reasons` say of the words.
    """
    if not hits:
        return Decision("chat")
    best, found = hits[0], tuple(hits)
    known = sum(hit.chance for hit in hits)
    if best.entry.tool and known >= limits.unsure:
        return Decision("chat", found, known)
    limits = (
        limits
        if question
        else dataclasses.replace(limits, unsure=max(limits.unsure, limits.unsure_statement))
    )
    register = _register(best, known, limits, follow_up=follow_up)
    if register == "say" and best.entry.curated is not None:
        return Decision("say", found, known, (best.entry.said,))
    small_talk = register != "say" and talk >= limits.talk and talk > max(hit.meaning for hit in hits)
    if small_talk or register is None:
        return Decision("unknown" if question and not small_talk else "chat", found, known)
    if reasons or len(best.entry.said.split()) > limits.say_words:
        near = tuple(h.entry.said for h in hits if h.chance >= _NEAR * best.chance and not h.entry.tool)
        return Decision(
            "ground", found, known, (best.entry.said,), near[:_MAX_PASSAGES], near[:_MAX_PASSAGES]
        )
    return Decision(register, found, known, _facts(hits, register, limits))


def between(decision: Decision, asked: str, language: str, limits: Limits = LIMITS) -> Decision:
    """Ask back, where one of two facts surely is the answer: the same of two things, and `asked` leaves open which.

    Nobody is asked back who wants to know which is cheaper, or asks two questions.
    """
    prices = languages.get(language).prices
    if decision.kind != "likely" or prices.less.within(asked) or prices.more.within(asked):
        return decision
    two = _two(decision.hits, language, limits)
    facts = tuple(hit.entry.said for hit in decision.hits[:2])
    if two is None or not set(decision.said) <= set(facts) or not two.is_open(asked):
        return decision
    return dataclasses.replace(decision, kind="between", said=facts, two=two)


def _two(hits: Sequence[Hit], language: str, limits: Limits) -> Two | None:
    """What the likeliest two are about, where both are about as likely and nothing else is."""
    pair, others = hits[:2], hits[2:]
    if len(pair) < 2 or any(hit.entry.tool or hit.entry.curated is not None for hit in pair):
        return None
    best, second = (hit.chance for hit in pair)
    if second < limits.between * best or best + second < limits.between_both:
        return None
    two = two_of([hit.entry.said for hit in pair], language)
    near = [hit.entry.said for hit in others if hit.chance >= limits.between * second]
    return two if two is not None and all(map(two.is_about, near)) else None


def chosen(asked: Decision, pick: Pick) -> Decision:
    """What is done when a caller who was asked back has chosen: that fact is said for sure."""
    first, second, *others = asked.hits
    if pick == "neither":
        return Decision("unknown", asked.hits, asked.known)
    hits = (second, first, *others) if pick == "second" else asked.hits
    return Decision("say", hits, asked.known, asked.said if pick == "both" else (hits[0].entry.said,))


def other(before: Decision, heard: str, language: str) -> Decision | None:
    """What is said to who asks for the other one, after an answer that was heard; `before` is the decision on what was
    asked then. None where no other fact says the same of another thing.
    """
    hits = [hit for hit in before.hits if hit.entry.curated is None and not hit.entry.tool]
    told = [hit.entry.said for hit in hits if hit.entry.said in heard]
    left = [hit for hit in hits if hit.entry.said not in heard]
    if len(told) != 1 or not left or two_of([told[0], left[0].entry.said], language) is None:
        return None
    return Decision("say", (left[0],), before.known, (left[0].entry.said,))


_RANKS: dict[Kind, int] = {"unknown": 0, "chat": 0, "ground": 1, "unsure": 1, "likely": 2, "say": 3}


def joined(whole: Callable[[], Decision], parts: Sequence[Decision], language: str) -> Decision:
    """What is done with words that ask more than one thing, or one after something else.

    `parts` are the decisions on the questions in them, `whole` decides on all the words at once. Two answers
    are both said, the surer one first.
    """
    first, *others = sorted(parts, key=lambda part: -_RANKS[part.kind])
    if _RANKS[first.kind] < _RANKS["likely"] or not others:
        return max((first, whole()), key=lambda decision: (_RANKS[decision.kind], decision.known))
    second = others[0]
    covered = {hit.entry.said for hit in second.hits[:_COVERED]} & set(first.said)
    if second.kind in ("ground", "chat", "unknown") or (covered and second.kind != "say"):
        return first
    if _is_curated(first):
        first, second = second, first
    said = tuple(fact for fact in second.said if fact not in first.said)
    heading = second.hits[0].entry.heading if second.hits else ""
    front = (
        in_front(cast(Register, second.kind), heading, said, language) if second.kind != first.kind else ""
    )
    # An exact answer comes last: something may be done after it.
    hits = second.hits if _is_curated(second) else first.hits
    return dataclasses.replace(
        first, hits=hits, said=(*first.said, *filter(None, (front if said else "",)), *said)
    )


def _is_curated(decision: Decision) -> bool:
    return bool(decision.hits) and decision.hits[0].entry.curated is not None


def _register(best: Hit, known: float, limits: Limits, *, follow_up: bool) -> Register | None:
    """How surely the best of what was found is the answer; None: there is none."""
    if best.entry.asked and best.meaning >= limits.say_curated:
        return "say"
    if best.chance >= (limits.say_after if follow_up else limits.say):
        return "say"
    if best.chance >= limits.likely or known >= limits.likely_any:
        return "likely"
    return "unsure" if known >= limits.unsure else None


def _facts(hits: Sequence[Hit], register: Register, limits: Limits) -> tuple[str, ...]:
    """The best passage, and those that are nearly as likely where all together are short; the less sure the more."""
    said = [hits[0].entry.said]
    most = {"say": 1, "likely": 2, "unsure": limits.unsure_facts}[register]
    for hit in hits[1:most]:
        words = len(" ".join((*said, hit.entry.said)).split())
        no_fact = hit.entry.tool or hit.entry.curated is not None
        if no_fact or words > limits.say_together_words or hit.chance < limits.near * hits[0].chance:
            break
        said.append(hit.entry.said)
    return tuple(said)


_CLAUSE = re.compile(r"[.,;?!¿¡] *")
_SHORT_WORDS = 3
_EARLIER = 2


def wants_reasons(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the words ask for what a fact as it stands does not say: a comparison, a reason, a sum."""
    known = languages.get(language).knowledge
    if known.why.within(text) or known.reasons.within(text):
        return True
    return any(known.advice.begin(clause) for clause in _CLAUSE.split(text.strip()))


def is_follow_up(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the words can only be understood with those before."""
    known = languages.get(language).knowledge
    said = text.strip().lstrip("¿¡")
    if known.answers.begin(said):
        return False
    refers = known.follow_ups.begin(said) is not None or known.references.within(said)
    return refers or len(text.split()) <= _SHORT_WORDS


def resolved(text: str, earlier: Sequence[str], language: str = languages.DEFAULT) -> str:
    """The words with the question that they follow up, if they do; `earlier` is what the caller said, oldest first."""
    if not earlier or not is_follow_up(text, language):
        return text
    before: list[str] = []
    for said in reversed(earlier[-_EARLIER:]):
        before.insert(0, said)
        if not is_follow_up(said, language):
            break
    return " ".join((*before, text))
