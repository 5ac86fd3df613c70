"""The second, the third and the fresh set: what their figures are. Pure.

A fact that is said as one that may be it is right when it is the one that answers. Who hears first that something is
not known for sure has been told so: of a question without an answer it is recognised that there is none, and one whose
answer does not follow is refused.

Who is asked back between two things has no answer yet: that counts as neither wrong nor refused, and as no right answer
either, where one of the two is the answer; else as wrong and said surely.
"""

from collections.abc import Sequence
from typing import Protocol

from bench.instruments import report
from bench.knowledge.answers import Question, Verdict

_MODEL = ("chat", "ground")


class Reply(Protocol):
    """What came of a question."""

    register: str
    """What was decided: see agent.knowledge.decide.Kind."""
    verdict: Verdict


def figures(pairs: Sequence[tuple[Question, Reply]], prefix: str = "second") -> dict[str, report.Figure]:
    """Percentages of what has an answer, of what has none, and (wrong, open) of all."""
    with_answer = [reply for question, reply in pairs if question.answerable]
    without = [reply for question, reply in pairs if not question.answerable]
    found = {
        "right": [r.verdict == "right" for r in with_answer],
        "wrong": [_said_wrongly(r) for _, r in pairs],
        "unknown_recognised": [r.verdict == "unknown" for r in without],
        "refused": [r.verdict == "unknown" for r in with_answer],
        "without_model": [r.register not in _MODEL for r in with_answer],
        "asked_back": [r.verdict == "asked" for r in with_answer],
        "sure": [r.register == "say" for r in with_answer],
        "unsure": [r.register == "unsure" for r in with_answer],
        "near_told": [r.register == "unsure" for r in without],
        "open": [r.verdict == "open" for _, r in pairs],
    }
    shares = {f"{prefix}_{name}_pct": _share(verdicts) for name, verdicts in found.items()}
    return {f"{prefix}_questions": len(pairs), **shares}


def _said_wrongly(reply: Reply) -> bool:
    """Whether what is not the answer was said as if it surely were, as what the model says is, or was asked back."""
    return reply.verdict == "wrong" and reply.register in ("say", "between", *_MODEL)


def _share(found: Sequence[bool]) -> float:
    return 100 * sum(found) / max(1, len(found))
