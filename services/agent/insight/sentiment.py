"""How callers feel, from what they say: a linear model on what a line means and on words that tell it.

`python -m bench.insight --fit` fits the weights to one half of bench/data/insight/sentiment.yaml, a model for each that
embeds, and writes sentiment.json anew.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from agent.knowledge.embedder import Embedder, Vectors
from parley import languages
from parley.languages.said import plain

FEELINGS = ("negative", "neutral", "positive")
FILE = Path(__file__).with_name("sentiment.json")
SIGNS = ("glad", "cross", "both", "exclaims", "asks", "short")
"""What is told by a line's words and marks, beside what it means."""
_SIGN = 0.5
"""What one of these counts against the meaning, a vector of length 1."""
_SHORT = 4

Features = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Mean = np.ndarray[tuple[int], np.dtype[np.float64]]


class Weights(msgspec.Struct, frozen=True):
    """What was fitted for a model that embeds."""

    mean: list[float]
    """Of the meanings it was fitted to."""
    rows: list[list[float]]
    """By feeling: a weight for each number of a meaning, for each sign, and the bias."""


@cache
def weights() -> dict[str, Weights]:
    """By the model that embeds."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Weights])


def likelihoods(lines: Sequence[str], language: str, model: Embedder) -> Features:
    """How likely each line is of each of FEELINGS: shape (lines, 3), a row's sum is 1. Blocks."""
    fitted = weights()[model.name]
    read = features(lines, language, model.embed(lines, asked=True), np.array(fitted.mean))
    scores = read @ np.array(fitted.rows).T
    odds = np.exp(scores - scores.max(1, keepdims=True))
    found: Features = odds / odds.sum(1, keepdims=True)
    return found


def sentiment(lines: Sequence[str], language: str, model: Embedder) -> list[float]:
    """How pleased a caller was in each line, -1 to 1. Blocks."""
    if not lines:
        return []
    return [round(float(row[2] - row[0]), 2) for row in likelihoods(lines, language, model)]


def features(lines: Sequence[str], language: str, vectors: Vectors, mean: Mean) -> Features:
    """What the model is fitted to, a row for each line: the meaning, the signs, and 1."""
    meaning = vectors.astype(np.float64) - mean
    meaning /= np.maximum(np.linalg.norm(meaning, axis=1, keepdims=True), 1e-9)
    told = _SIGN * np.array([_signs(line, language) for line in lines], np.float64)
    found: Features = np.concatenate([meaning, told, np.ones((len(lines), 1))], axis=1)
    return found


def _signs(line: str, language: str) -> list[float]:
    known, said = languages.get(language).insight, plain(line)
    glad, cross = known.glad.within(said), known.cross.within(said)
    return [
        float(sign)
        for sign in (
            glad and not cross, cross and not glad, glad and cross,
            "!" in line, line.rstrip().endswith("?"), len(said.split()) < _SHORT,
        )
    ]  # fmt: skip
