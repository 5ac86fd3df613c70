"""The embedding model, the real one."""

from pathlib import Path

import numpy as np
import pytest

from agent.knowledge.embedder import SIZE, MiniLm
from parley.errors import ModelMissing


def test_its_cosines_are_those_of_the_reference(minilm: MiniLm) -> None:
    # Published with the model, from sentence-transformers on torch.
    texts = [
        "That is a happy person",
        "That is a happy dog",
        "That is a very happy person",
        "Today is a sunny day",
    ]
    vectors = minilm.embed(texts)
    assert vectors.shape == (4, SIZE)
    np.testing.assert_allclose(vectors[0] @ vectors[1:].T, [0.695, 0.943, 0.257], atol=0.001)


def test_a_batch_does_not_change_a_text(minilm: MiniLm) -> None:
    alone = minilm.embed(["Short."])
    beside = minilm.embed(["Short.", "A much longer sentence, so that the short one is padded on its right."])
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-5)


def test_no_texts(minilm: MiniLm) -> None:
    assert minilm.embed([]).shape == (0, SIZE)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="all-MiniLM-L6-v2"):
        MiniLm(tmp_path)


def test_each_token_has_its_place(minilm: MiniLm) -> None:
    text = "Warranty extension?"
    whole, _ = minilm.encode([text, "A longer text, so that the first one is padded on its right."])
    assert len(whole.tokens) == len(whole.spans)
    assert {text[begin:end] for begin, end in whole.spans} >= {"extension", "?"}
    np.testing.assert_allclose(whole.vector, minilm.embed([text])[0], atol=1e-5)
