"""How likely each of the passages answers a question, and how likely none does. Pure: numbers in, numbers out.

A conditional logit: every passage has a score, a weighted sum of what speaks for it; so has "none of them", for which
also speaks what the question is like: companies seldom write down how old something is, whatever they sell. The softmax
of all scores are the likelihoods. `python -m bench.knowledge --calibrate` fits the weights to the questions in
bench/data/knowledge/fit, writes weights.json anew, and prints what each signal is worth on companies that the fit has
not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Row = np.ndarray[tuple[int], np.dtype[np.float64]]

PASSAGE = (
    "words",  # root of BM25 as a part of what a passage with every word of the question would have
    "meaning",  # cosine of question and passage; 0: nothing in common
    "late",  # mean over the question's words of how near the nearest word of the passage is, rare words count more
    "lacks",  # whether the question wants a kind of answer that the passage has not
    "missing",  # of the question's words the one that is rarest and farthest from the passage's: how rare and far
    "exact",  # whether it is an exact answer, which is asked for, and not a passage
)
NONE = (
    "always",
    "yes_or_no",  # whether the question wants a yes or a no
    "unknown",  # rare words count more: part of the question's words that nothing of the company has
    "statement",  # whether nothing is asked
)
FILE = Path(__file__).parent / "weights.json"


class Weights(msgspec.Struct, frozen=True):
    """What was fitted for a model that embeds."""

    signals: dict[str, float]
    """By the names of PASSAGE and NONE."""
    question: list[float]
    """For every number of the question's embedding: which questions companies have no answer to."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each of some passages, and for none."""

    passages: Matrix
    """A row for each passage, a column for each of PASSAGE."""
    none: Row
    """A value for each of NONE, then the question's embedding."""

    def likelihoods(self, weights: Sequence[float] | Row) -> tuple[Row, float]:
        """How likely each passage is the answer, and how likely none is; together 1. `weights` as of `weights_row`."""
        scores = np.append(self.passages @ weights[: len(PASSAGE)], self.none @ weights[len(PASSAGE) :])
        odds = np.exp(scores - scores.max())
        likely = odds / odds.sum()
        return likely[:-1], float(likely[-1])


@cache
def weights() -> dict[str, Weights]:
    """By the model that embeds, which also tells languages apart: one reads English, the other all others."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Weights])


def weights_row(model: str) -> Row:
    """The weights for a model that embeds: PASSAGE, NONE, and the question's."""
    fitted = weights()[model]
    return np.array([*(fitted.signals[name] for name in (*PASSAGE, *NONE)), *fitted.question])
