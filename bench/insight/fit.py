"""Fits the weights of sentiments: logistic regression of several kinds, by descent."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from agent.insight.sentiment import FEELINGS, FILE, Features, Weights, features
from agent.knowledge.embedder import Embedder
from bench.insight.lines import Feeling

_RIDGE = 0.1
_STEPS = 3000
_DIGITS = 4

Matrix = np.ndarray[tuple[int, int], np.dtype[Any]]


def write(felt: Sequence[Feeling], embedder_of: Callable[[str], Embedder]) -> None:
    """Fit to all languages of a set, a model for each that embeds, and write the weights."""
    found: dict[str, Weights] = {}
    for language in dict.fromkeys(each.language for each in felt):
        own = [each for each in felt if each.language == language]
        model = embedder_of(language)
        found[model.name] = weights(own, language, model)
    FILE.write_bytes(msgspec.json.encode(found) + b"\n")


def weights(felt: Sequence[Feeling], language: str, model: Embedder) -> Weights:
    """The weights that fit some lines of a language."""
    texts = [each.text for each in felt]
    vectors = model.embed(texts, asked=True)
    mean = vectors.astype(np.float64).mean(0)
    kinds = np.array([FEELINGS.index(each.feeling) for each in felt])
    rows = _fitted(features(texts, language, vectors, mean), np.eye(len(FEELINGS))[kinds])
    return Weights(mean=_rounded(mean), rows=[_rounded(row) for row in rows])


def _fitted(read: Features, wanted: Matrix) -> Matrix:
    """Rows of weights by kind: descent on the logarithm of the likelihood with a penalty for large weights."""
    rows = np.zeros((wanted.shape[1], read.shape[1]))
    for _ in range(_STEPS):
        scores = read @ rows.T
        odds = np.exp(scores - scores.max(1, keepdims=True))
        slope = (odds / odds.sum(1, keepdims=True) - wanted).T @ read + _RIDGE * rows
        rows -= slope / len(read)  # half of the bias's curvature: a longer step may not end
    return rows


def _rounded(row: np.ndarray[Any, np.dtype[Any]]) -> list[float]:
    return [round(float(value), _DIGITS) for value in row]
