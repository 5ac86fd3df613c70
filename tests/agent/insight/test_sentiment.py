"""How callers feel, by a real model."""

import pytest

from agent.insight.sentiment import FEELINGS, SIGNS, likelihoods, sentiment, weights
from agent.knowledge.embedder import SIZE, MiniLm
from agent.knowledge.multilingual import NAME as MULTILINGUAL


def test_who_is_pleased_and_who_is_not(model: MiniLm) -> None:
    pleased, displeased, neither = sentiment(
        [
            "That is wonderful, you were so helpful!",
            "This is ridiculous, I am really angry with you.",
            "When are you open on Saturday?",
        ],
        "en",
        model,
    )
    assert pleased > 0.4
    assert displeased < -0.4
    assert displeased < neither < pleased
    assert sentiment([], "en", model) == []


def test_likelihoods_of_a_line_are_one_together(model: MiniLm) -> None:
    found = likelihoods(["Hello.", ""], "en", model)
    assert found.shape == (2, len(FEELINGS))
    assert found.sum(1) == pytest.approx([1.0, 1.0])


def test_there_are_weights_for_both_models() -> None:
    assert weights().keys() == {MiniLm.name, MULTILINGUAL}
    for fitted in weights().values():
        assert len(fitted.mean) == SIZE
        assert [len(row) for row in fitted.rows] == [SIZE + len(SIGNS) + 1] * len(FEELINGS)
