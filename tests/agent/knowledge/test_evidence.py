"""Likelihoods of passages and of none."""

import numpy as np
import pytest

from agent.knowledge.embedder import SIZE
from agent.knowledge.evidence import NONE, PASSAGE, Evidence, weights, weights_row

AGAINST = ("lacks", "missing", "exact", "unknown", "statement")
"""What speaks against a passage, or against there being none."""

MODELS = pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "multilingual-e5-small"])


def row(**values: float) -> list[float]:
    return [values.get(name, 0.0) for name in PASSAGE]


def evidence(*rows: list[float]) -> Evidence:
    """Of a question that is like none in particular."""
    return Evidence(np.array(rows), np.array([1.0, *np.zeros(len(NONE) - 1 + SIZE)]))


@MODELS
def test_all_likelihoods_together_are_one(model: str) -> None:
    likely, none = evidence(row(meaning=0.8, late=0.7), row(meaning=0.3)).likelihoods(weights_row(model))
    assert likely.sum() + none == pytest.approx(1.0)
    assert likely[0] > likely[1]


def test_what_is_far_is_likely_no_answer() -> None:
    # The other model's embeddings have much in common, and its weights count on that.
    model = "all-MiniLM-L6-v2"
    near = row(words=0.9, meaning=0.8, late=0.8, missing=0.1)
    far = row(words=0.1, meaning=0.2, late=0.2, missing=0.9)
    assert evidence(near, far).likelihoods(weights_row(model))[1] < 0.2
    assert evidence(far, far).likelihoods(weights_row(model))[1] > 0.8


@MODELS
def test_the_kind_of_answer_counts(model: str) -> None:
    near = {"words": 0.5, "meaning": 0.5, "late": 0.5}
    likely, _ = evidence(row(**near), row(**near, lacks=1.0)).likelihoods(weights_row(model))
    assert likely[0] > 4 * likely[1]


@MODELS
def test_what_the_question_is_like_speaks_for_none(model: str) -> None:
    row_of = weights_row(model)
    near = row(words=0.5, meaning=0.5, late=0.5)
    like = np.sign(row_of[len(PASSAGE) + len(NONE) :]) / np.sqrt(SIZE)
    often, seldom = (
        Evidence(np.array([near]), np.array([1.0, *np.zeros(len(NONE) - 1), *(like * sign)]))
        for sign in (1, -1)
    )
    assert often.likelihoods(row_of)[1] > seldom.likelihoods(row_of)[1]


@MODELS
def test_every_weight_has_a_name_and_the_sign_that_it_is_meant_to_have(model: str) -> None:
    fitted = weights()[model]
    assert set(fitted.signals) == {*PASSAGE, *NONE}
    assert all((weight > 0) == (name not in AGAINST) for name, weight in fitted.signals.items())
    assert len(fitted.question) == SIZE
