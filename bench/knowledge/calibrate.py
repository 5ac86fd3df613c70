"""Fits the weights of services/agent/knowledge/evidence.py to questions with known answers (`--calibrate`).

What is shown of their quality is cross-validated: the questions to a company are judged with weights that were fitted
to the questions to the other companies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.evidence import NONE, PASSAGE, Evidence, Row
from bench.instruments import report
from bench.knowledge.answers import Question
from parley.agents import Agent

RIDGE = 0.5
"""Keeps weights of few questions small."""
_SHARES = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what speaks for each passage, and which of them is right; the last stands for "none"."""

    agent: str
    answerable: bool
    evidence: Evidence
    right: Row
    """1 where it is."""

    @classmethod
    def of(cls, question: Question, agent: Agent, base: KnowledgeBase) -> Self:
        entries, evidence = base.evidence(agent, question.ask, [question.after] if question.after else [])
        right = [question.answerable and question.is_found(e.said) for e in entries]
        return cls(
            question.agent, question.answerable, evidence, np.array([*right, not question.answerable], float)
        )

    @property
    def matrix(self) -> np.ndarray:
        """A row for each passage and one for "none", a column for each weight."""
        rows = np.zeros((len(self.right), len(PASSAGE) + len(NONE)))
        rows[:-1, : len(PASSAGE)] = self.evidence.passages
        rows[-1, len(PASSAGE) :] = self.evidence.none
        return rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What weights say of a question that they were not fitted to."""

    answerable: bool
    right: bool
    """Whether the likeliest passage is the right one."""
    known: float
    chance: float
    """Of the likeliest passage."""


def calibrate(cases: Sequence[Case]) -> None:
    """Print the weights, and what thresholds would do."""
    outcomes = cross_validated(cases)
    weights = fit(cases)
    report.console.print({n: round(float(w), 2) for n, w in zip((*PASSAGE, *NONE), weights, strict=True)})
    answerable = [o for o in outcomes if o.answerable]
    top = 100 * sum(o.right for o in answerable) / len(answerable)
    report.console.print(
        f"{len(outcomes)} questions, cross-validated: right passage first {top:.1f} %,"
        f" known or not told apart {100 * auc(outcomes):.1f} %"
    )
    report.table(
        "thresholds",
        [
            "unanswerable recognised %",
            "known from",
            "answers lost %",
            "likely from",
            "lost %",
            "wrong of said %",
        ],
        [_line(outcomes, share) for share in _SHARES],
    )


def _line(outcomes: Sequence[Outcome], share: float) -> list[float | str]:
    without = [o for o in outcomes if not o.answerable]
    answerable = [o for o in outcomes if o.answerable]
    known = float(np.quantile([o.known for o in without], share))
    chance = float(np.quantile([o.chance for o in without], share))
    said = [o for o in outcomes if o.chance >= chance]
    return [
        f"{100 * share:.0f}",
        f"{known:.2f}",
        100 * sum(o.known < known for o in answerable) / len(answerable),
        f"{chance:.2f}",
        100 * sum(o.chance < chance for o in answerable) / len(answerable),
        100 * sum(not o.right for o in said) / max(1, len(said)),
    ]


def cross_validated(cases: Sequence[Case]) -> list[Outcome]:
    """Judge each company's questions with the weights of the others."""
    found: list[Outcome] = []
    for agent in dict.fromkeys(c.agent for c in cases):
        weights = fit([c for c in cases if c.agent != agent])
        for case in (c for c in cases if c.agent == agent):
            likely, none = case.evidence.likelihoods(weights)
            best = int(np.argmax(likely))
            found.append(Outcome(case.answerable, bool(case.right[best]), 1 - none, float(likely[best])))
    return found


def auc(outcomes: Sequence[Outcome]) -> float:
    """How often a question with an answer is thought likelier to have one than a question without: 0.5 is chance."""
    known = np.array([o.known for o in outcomes if o.answerable])
    unknown = np.array([o.known for o in outcomes if not o.answerable])
    return float((known[:, None] > unknown[None, :]).mean())


def fit(cases: Sequence[Case]) -> Row:
    """Find the weights under which what is right is likeliest, by Newton's method with halved steps."""
    rows = [(case.matrix, case.right) for case in cases if case.right.any()]
    penalty = np.full(len(PASSAGE) + len(NONE), RIDGE)
    weights = np.zeros(len(penalty))
    loss, slope, curve = _loss(rows, weights, penalty)
    for _ in range(50):
        step = np.linalg.solve(curve, slope)
        part = 1.0
        while (trial := _loss(rows, weights - part * step, penalty))[0] > loss and part > 1e-4:
            part /= 2
        weights, gain = weights - part * step, loss - trial[0]
        loss, slope, curve = trial
        if gain < 1e-6:
            break
    return weights


def _loss(
    rows: Sequence[tuple[np.ndarray, Row]], weights: Row, penalty: Row
) -> tuple[float, Row, np.ndarray]:
    """Value, gradient and (convex part of the) curvature of the negative log likelihood with the ridge."""
    loss = float((penalty * weights * weights).sum() / 2)
    slope = penalty * weights
    curve = np.diag(penalty)
    for matrix, right in rows:
        scores = matrix @ weights
        odds = np.exp(scores - scores.max())
        likely = odds / odds.sum()
        best = scores[right > 0].max()
        rightly = np.where(right > 0, np.exp(scores - best), 0.0)
        loss += float(np.log(odds.sum()) + scores.max() - np.log(rightly.sum()) - best)
        mean = likely @ matrix
        slope = slope + mean - (rightly / rightly.sum()) @ matrix
        curve = curve + (matrix * likely[:, None]).T @ matrix - np.outer(mean, mean)
    return loss, slope, curve
