"""Likelihoods of passages and of none."""

import numpy as np
import pytest

from agent.knowledge.evidence import NONE, PASSAGE, WEIGHTS, WEIGHTS_ROW, Evidence


def row(**values: float) -> list[float]:
    return [values.get(name, 0.0) for name in PASSAGE]


def evidence(*rows: list[float]) -> Evidence:
    return Evidence(np.array(rows), np.array([1.0, 0.2, 0.0]))


def test_all_likelihoods_together_are_one() -> None:
    likely, none = evidence(row(meaning=0.8, late=0.7), row(meaning=0.3)).likelihoods(WEIGHTS_ROW)
    assert likely.sum() + none == pytest.approx(1.0)
    assert likely[0] > likely[1]


def test_what_is_far_is_likely_no_answer() -> None:
    near = row(words=0.9, meaning=0.8, clause=0.8, late=0.8)
    far = row(words=0.1, meaning=0.3, clause=0.3, late=0.3)
    assert evidence(near, far).likelihoods(WEIGHTS_ROW)[1] < 0.2
    assert evidence(far, far).likelihoods(WEIGHTS_ROW)[1] > 0.8


def test_the_kind_of_answer_counts() -> None:
    near = {"words": 0.5, "meaning": 0.5, "clause": 0.5, "late": 0.5}
    likely, _ = evidence(row(**near, has_money=1.0), row(**near, lacks_money=1.0)).likelihoods(WEIGHTS_ROW)
    assert likely[0] > 5 * likely[1]


def test_every_weight_has_a_name() -> None:
    assert set(WEIGHTS) == {*PASSAGE, *NONE}
    assert all(WEIGHTS[name] > 0 for name in ("words", "meaning", "clause", "late", "always", "field"))
