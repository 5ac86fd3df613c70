"""Likelihoods of passages and of none."""

import numpy as np
import pytest

from agent.knowledge.evidence import NONE, PASSAGE, WEIGHTS, Evidence, weights_row

MODELS = pytest.mark.parametrize("model", list(WEIGHTS))


def row(**values: float) -> list[float]:
    return [values.get(name, 0.0) for name in PASSAGE]


def evidence(*rows: list[float]) -> Evidence:
    return Evidence(np.array(rows), np.array([1.0, 0.0]))


@MODELS
def test_all_likelihoods_together_are_one(model: str) -> None:
    likely, none = evidence(row(meaning=0.8, late=0.7), row(meaning=0.3)).likelihoods(weights_row(model))
    assert likely.sum() + none == pytest.approx(1.0)
    assert likely[0] > likely[1]


@MODELS
def test_what_is_far_is_likely_no_answer(model: str) -> None:
    near = row(words=0.9, meaning=0.8, late=0.8)
    far = row(words=0.1, meaning=0.2, late=0.2)
    assert evidence(near, far).likelihoods(weights_row(model))[1] < 0.2
    assert evidence(far, far).likelihoods(weights_row(model))[1] > 0.8


@MODELS
def test_the_kind_of_answer_counts(model: str) -> None:
    near = {"words": 0.5, "meaning": 0.5, "late": 0.5}
    likely, _ = evidence(row(**near), row(**near, lacks=1.0)).likelihoods(weights_row(model))
    assert likely[0] > 5 * likely[1]


@MODELS
def test_every_weight_has_a_name_and_the_sign_that_it_is_meant_to_have(model: str) -> None:
    assert set(WEIGHTS[model]) == {*PASSAGE, *NONE}
    assert all((weight < 0) == (name == "lacks") for name, weight in WEIGHTS[model].items())
