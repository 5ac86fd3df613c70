"""Fits the weights of services/agent/knowledge/evidence.py to questions with known answers (`--calibrate`).

What is shown of their quality is cross-validated: the questions to a company are judged with weights that were fitted
to the questions to the other companies. So is what each signal is worth: how much worse it goes without it.
"""

import itertools
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
SIGNALS = (*PASSAGE, *NONE)
COSTS = {"right": (0.0, 0.1, 0.4, 1.0), "wrong": (4.0, 1.5, 0.8, 1.0), "without": (4.0, 1.5, 0.3, 0.0)}
"""What it costs to say a fact surely, as likely, as near, and to say that nothing is known: where the likeliest passage
is the right one, where it is not, and where the question has no answer. Who believes a wrong answer pays four times as
much as who is refused a right one."""
_GRID = tuple(round(0.02 * n, 2) for n in range(5, 50))


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

    agent: str
    answerable: bool
    right: bool
    """Whether the likeliest passage is the right one."""
    known: float
    chance: float
    """Of the likeliest passage."""


def calibrate(cases: Sequence[Case]) -> None:
    """Print the weights, what each signal is worth, and the limits that cost least."""
    every = range(len(SIGNALS))
    outcomes = cross_validated(cases, every)
    weights = fit(cases)
    report.console.print({n: round(float(w), 2) for n, w in zip(SIGNALS, weights, strict=True)})
    rows = [_quality("all", outcomes)]
    rows += [
        _quality(f"without {name}", cross_validated(cases, [n for n in every if n != number]))
        for number, name in enumerate(SIGNALS)
        if name != "always"
    ]
    report.table(
        f"{len(outcomes)} questions to companies that the fit has not seen",
        ["signals", "right first %", "told apart %", "cost", "say from", "likely from", "unsure from"],
        rows,
    )


def _quality(name: str, outcomes: Sequence[Outcome]) -> list[float | str]:
    answerable = [o for o in outcomes if o.answerable]
    top = 100 * sum(o.right for o in answerable) / len(answerable)
    cost, limits = cheapest(outcomes)
    return [name, round(top, 1), round(100 * auc(outcomes), 1), round(cost, 3), *limits]


def cheapest(outcomes: Sequence[Outcome]) -> tuple[float, tuple[float, float, float]]:
    """The mean cost at the limits that cost least, and these: of the chance, and of the likelihood for the others."""
    of = np.array([COSTS[("right" if o.right else "wrong") if o.answerable else "without"] for o in outcomes])
    known = np.array([o.known for o in outcomes])
    chance = np.array([o.chance for o in outcomes])
    best = (np.inf, (0.0, 0.0, 0.0))
    for say, likely, unsure in itertools.product(_GRID, _GRID, _GRID):
        if unsure > likely:
            continue
        register = np.where(chance >= say, 0, np.where(known >= likely, 1, np.where(known >= unsure, 2, 3)))
        best = min(best, (float(of[np.arange(len(of)), register].mean()), (say, likely, unsure)))
    return best


def cross_validated(cases: Sequence[Case], used: Sequence[int]) -> list[Outcome]:
    """Judge each company's questions with the weights of the others, by the signals of these numbers."""
    found: list[Outcome] = []
    for agent in dict.fromkeys(c.agent for c in cases):
        weights = fit([c for c in cases if c.agent != agent], used)
        for case in (c for c in cases if c.agent == agent):
            likely, none = case.evidence.likelihoods(weights)
            best = int(np.argmax(likely))
            right = bool(case.right[best])
            found.append(Outcome(agent, case.answerable, right, 1 - none, float(likely[best])))
    return found


def auc(outcomes: Sequence[Outcome]) -> float:
    """How often a question with an answer is thought likelier to have one than a question without: 0.5 is chance."""
    known = np.array([o.known for o in outcomes if o.answerable])
    unknown = np.array([o.known for o in outcomes if not o.answerable])
    return float((known[:, None] > unknown[None, :]).mean())


def fit(cases: Sequence[Case], used: Sequence[int] = range(len(SIGNALS))) -> Row:
    """Find the weights under which what is right is likeliest, by Newton's method with halved steps.

    Signals whose numbers are not among `used` get none.
    """
    kept = np.isin(np.arange(len(SIGNALS)), list(used)).astype(float)
    rows = [(case.matrix * kept, case.right) for case in cases if case.right.any()]
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
