"""Fitting on questions whose answers follow a rule."""

import dataclasses

import numpy as np

from agent.knowledge.evidence import NONE, PASSAGE, Evidence
from agent.knowledge.limits import Limits
from bench.knowledge import __main__ as knowledge
from bench.knowledge.calibrate import SIGNALS, Case, Outcome, at, auc, cheapest, cross_validated, fit


def case(agent: str, *meanings: float, right: int | None, like: float = 0.0) -> Case:
    """Passages of which only the meaning is known; `right`: the place of the one that answers, if any.

    `like`: the only number of the question's embedding.
    """
    rows = np.zeros((len(meanings), len(PASSAGE)))
    rows[:, PASSAGE.index("meaning")] = meanings
    none = np.zeros(len(NONE) + 1)
    none[0], none[-1] = 1.0, like
    targets = np.zeros(len(meanings) + 1)
    targets[-1 if right is None else right] = 1.0
    return Case(agent, right is not None, Evidence(rows, none), targets)


CASES = [
    case(agent, *([0.9, 0.1] if known else [0.2, 0.1]), right=0 if known else None)
    for agent in ("one", "two", "three")
    for known in (True, True, False, True, False)
]


def test_the_fit_finds_what_counts() -> None:
    weights = fit(CASES)
    assert weights[PASSAGE.index("meaning")] > 1
    likely, none = CASES[0].evidence.likelihoods(weights)
    assert likely[0] > none
    likely, none = CASES[2].evidence.likelihoods(weights)
    assert none > likely[0]
    # What no question has gets no weight.
    assert abs(weights[PASSAGE.index("lacks")]) < 1e-9


def test_the_fit_finds_which_questions_have_no_answer() -> None:
    alike = [case("one", 0.5, right=None if like > 0 else 0, like=like) for like in (1.0, -1.0) * 4]
    assert fit(alike)[-1] > 1
    assert fit(alike, [SIGNALS.index("always")])[-1] == 0


def test_every_question_is_judged_once_by_the_other_companies() -> None:
    outcomes = cross_validated(CASES, range(len(SIGNALS)))
    assert len(outcomes) == len(CASES)
    assert auc(outcomes) == 1.0
    assert all(o.right for o in outcomes if o.answerable)


def test_what_cannot_be_told_apart_without_a_signal_costs_more() -> None:
    seen, unseen = (cross_validated(CASES, used) for used in (range(len(SIGNALS)), [SIGNALS.index("always")]))
    cost, (say, likely, unsure) = cheapest(seen)
    assert cost == 0.0
    assert cheapest(unseen)[0] > 0.1
    assert 0 < unsure <= likely
    assert say < 1


def test_what_limits_do_to_what_is_wrong() -> None:
    outcomes = [
        Outcome("one", answerable=True, right=True, known=0.99, chance=0.9),
        Outcome("one", answerable=True, right=False, known=0.99, chance=0.9),
        Outcome("one", answerable=False, right=False, known=0.99, chance=0.3),
        Outcome("one", answerable=False, right=False, known=0.5, chance=0.3),
    ]
    assert at(outcomes, Limits(say=0.8, likely=0.8, likely_any=0.95)) == (25.0, 50.0)
    assert at(outcomes, Limits(say=0.95, likely=0.2, likely_any=0.995)) == (0.0, 100.0)
    assert at(outcomes, Limits(say=0.95, likely=0.95, likely_any=0.995)) == (0.0, 0.0)


def test_no_question_is_both_fitted_to_and_reported() -> None:
    fitted = {(q.agent, q.ask.lower()) for q in knowledge.fit_set()}
    reported = {(q.agent, q.ask.lower()) for q in knowledge.load("questions.yaml")}
    assert not fitted & reported


def test_what_is_only_fitted_to_is_not_judged() -> None:
    cases = [dataclasses.replace(c, judged=c.agent == "one") for c in CASES]
    outcomes = cross_validated(cases, range(len(SIGNALS)))
    assert {o.agent for o in outcomes} == {"one"}
    assert [o.known for o in outcomes] == [
        o.known for o in cross_validated(CASES, range(len(SIGNALS))) if o.agent == "one"
    ]
