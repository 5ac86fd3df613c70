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
from agent.knowledge.evidence import NONE, PASSAGE, Evidence, Row, Weights
from agent.knowledge.limits import LIMITS, Limits
from bench.instruments import report
from bench.knowledge.answers import Question
from parley.agents import Agent

RIDGE = 0.5
"""Keeps weights of few questions small."""
RIDGE_QUESTION = 0.4
"""The same for those of the question's embedding, which are many."""
SIGNALS = (*PASSAGE, *NONE, "question")
COSTS = {"right": (0.0, 0.1, 0.4, 1.0), "wrong": (4.0, 1.5, 0.8, 1.0), "without": (4.0, 1.5, 0.3, 0.0)}
"""What it costs to say a fact surely, as likely, as near, and to say that nothing is known: where the likeliest passage
is the right one, where it is not, and where the question has no answer. Who believes a wrong answer pays four times as
much as who is refused a right one."""
_GRID = tuple(round(0.03 * n, 2) for n in range(1, 33))


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what speaks for each passage, and which of them is right; the last stands for "none"."""

    agent: str
    answerable: bool
    evidence: Evidence
    right: Row
    """1 where it is."""
    judged: bool = True
    """Whether what weights say of it counts; else it is only fitted to."""

    @classmethod
    def of(cls, question: Question, agent: Agent, base: KnowledgeBase, *, judged: bool = True) -> Self:
        entries, evidence = base.evidence(agent, question.ask, [question.after] if question.after else [])
        right = [question.answerable and question.is_found(e.said) for e in entries]
        target = np.array([*right, not question.answerable], float)
        return cls(question.agent, question.answerable, evidence, target, judged)


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


def calibrate(cases: Sequence[Case], limits: Limits) -> Weights:
    """Return the weights; print what each signal is worth, the limits that cost least, and what those in force do."""
    every = range(len(SIGNALS))
    outcomes = cross_validated(cases, every)
    named = len(PASSAGE) + len(NONE)
    row = [round(float(weight), 2) for weight in fit(cases)]
    weights = Weights(dict(zip((*PASSAGE, *NONE), row[:named], strict=True)), row[named:])
    report.console.print(weights.signals)
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
    wrong, told = at(outcomes, limits)
    report.console.print(
        f"at the limits in force: wrong as sure {wrong:.1f} %, likely or sure without an answer {told:.1f} %"
    )
    return weights


def at(outcomes: Sequence[Outcome], limits: Limits) -> tuple[float, float]:
    """Percentages: of all, what is surely said and no answer; of what has none, what gets one as likely or sure."""
    wrong = [o.chance >= limits.say and not (o.answerable and o.right) for o in outcomes]
    told = [o.chance >= limits.likely or o.known >= limits.likely_any for o in outcomes if not o.answerable]
    return 100 * sum(wrong) / len(wrong), 100 * sum(told) / max(1, len(told))


def _quality(name: str, outcomes: Sequence[Outcome]) -> list[float | str]:
    answerable = [o for o in outcomes if o.answerable]
    top = 100 * sum(o.right for o in answerable) / len(answerable)
    cost, limits = cheapest(outcomes)
    return [name, round(top, 1), round(100 * auc(outcomes), 1), round(cost, 3), *limits]


def cheapest(outcomes: Sequence[Outcome]) -> tuple[float, tuple[float, float, float]]:
    """The mean cost at the limits that cost least, and these: two of the chance, one of the likelihood of any."""
    of = np.array([COSTS[("right" if o.right else "wrong") if o.answerable else "without"] for o in outcomes])
    known = np.array([o.known for o in outcomes])
    chance = np.array([o.chance for o in outcomes])
    best = (np.inf, (0.0, 0.0, 0.0))
    for say, likely, unsure in itertools.product(_GRID, _GRID, _GRID):
        if likely > say or unsure > likely:
            continue
        maybe = (chance >= likely) | (known >= LIMITS.likely_any)
        register = np.where(chance >= say, 0, np.where(maybe, 1, np.where(known >= unsure, 2, 3)))
        best = min(best, (float(of[np.arange(len(of)), register].mean()), (say, likely, unsure)))
    return best


def cross_validated(cases: Sequence[Case], used: Sequence[int]) -> list[Outcome]:
    """Judge each company's questions with the weights of the others, by the signals of these numbers."""
    found: list[Outcome] = []
    for agent in dict.fromkeys(c.agent for c in cases if c.judged):
        weights = fit([c for c in cases if c.agent != agent], used)
        for case in (c for c in cases if c.agent == agent and c.judged):
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
    asked = _Asked.of([case for case in cases if case.right.any()], used)
    weights = np.zeros(asked.none.shape[1] + len(PASSAGE))
    penalty = np.full(len(weights), RIDGE)
    penalty[len(PASSAGE) + len(NONE) :] = RIDGE_QUESTION
    loss, slope, curve = asked.loss(weights, penalty)
    for _ in range(50):
        step = np.linalg.solve(curve, slope)
        part = 1.0
        # A step that is much too long gives no number at all.
        while not (trial := asked.loss(weights - part * step, penalty))[0] <= loss and part > 1e-4:
            part /= 2
        weights, gain = weights - part * step, loss - trial[0]
        loss, slope, curve = trial
        if gain < 1e-6:
            break
    return weights


@dataclass(frozen=True, slots=True)
class _Asked:
    """Many questions at once: all arrays have a row for each."""

    passages: np.ndarray
    """... x as many passages as one has at most x len(PASSAGE)."""
    none: np.ndarray
    """... x len(NONE) and the size of an embedding."""
    there: np.ndarray
    """Which of the passages there are, and "none"."""
    right: np.ndarray
    """1 where it is."""

    @classmethod
    def of(cls, cases: Sequence[Case], used: Sequence[int]) -> Self:
        most = max(len(case.evidence.passages) for case in cases)
        passages = np.zeros((len(cases), most, len(PASSAGE)))
        there, right = (np.zeros((len(cases), most + 1)) for _ in range(2))
        there[:, -1] = 1.0
        for number, case in enumerate(cases):
            count = len(case.evidence.passages)
            passages[number, :count] = case.evidence.passages
            there[number, :count] = 1.0
            right[number, :count], right[number, -1] = case.right[:-1], case.right[-1]
        none = np.stack([case.evidence.none for case in cases])
        kept = np.isin(np.arange(len(SIGNALS)), list(used)).astype(float)
        named = len(PASSAGE) + len(NONE)
        spread = np.concatenate([kept[:named], np.full(none.shape[1] - len(NONE), kept[-1])])
        return cls(passages * spread[: len(PASSAGE)], none * spread[len(PASSAGE) :], there, right)

    def loss(self, weights: Row, penalty: Row) -> tuple[float, Row, np.ndarray]:
        """Value, gradient and (convex part of the) curvature of the negative log likelihood with the ridge."""
        scores = np.concatenate(
            [self.passages @ weights[: len(PASSAGE)], (self.none @ weights[len(PASSAGE) :])[:, None]], axis=1
        )
        odds = np.where(self.there > 0, np.exp(scores - scores.max(1, keepdims=True)), 0.0)
        rightly = odds * self.right
        likely = odds / odds.sum(1, keepdims=True)
        target = rightly / rightly.sum(1, keepdims=True)
        value = float(np.log(odds.sum(1) / rightly.sum(1)).sum() + (penalty * weights * weights).sum() / 2)
        off = likely - target
        slope = np.concatenate([np.einsum("qk,qkp->p", off[:, :-1], self.passages), off[:, -1] @ self.none])
        mean = np.einsum("qk,qkp->qp", likely[:, :-1], self.passages)
        both = np.einsum("qk,qkp,qkr->pr", likely[:, :-1], self.passages, self.passages, optimize=True)
        none = likely[:, -1]
        own = (self.none * (none * (1 - none))[:, None]).T @ self.none
        between = -(mean * none[:, None]).T @ self.none
        curve = np.block([[both - mean.T @ mean, between], [between.T, own]])
        return value, slope + penalty * weights, curve + np.diag(penalty)
