"""How likely each of the passages answers a question, and how likely none does. Pure: numbers in, numbers out.

A conditional logit: every passage has a score, a weighted sum of what speaks for it; so has "none of them"; the softmax
of all scores are the likelihoods. `python -m bench.knowledge --calibrate` fits the weights to the questions in
bench/data/knowledge/fit, prints WEIGHTS anew, and what each signal is worth on companies that the fit has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Row = np.ndarray[tuple[int], np.dtype[np.float64]]

PASSAGE = (
    "words",  # root of BM25 as a part of what a passage with every word of the question would have
    "meaning",  # cosine of question and passage; 0: nothing in common
    "late",  # mean over the question's words of how near the nearest word of the passage is, rare words count more
    "lacks",  # whether the question wants a kind of answer that the passage has not
)
NONE = (
    "always",
    "yes_or_no",  # whether the question wants a yes or a no
)
WEIGHTS: dict[str, dict[str, float]] = {
    "all-MiniLM-L6-v2": {
        "words": 0.76,
        "meaning": 8.17,
        "late": 7.39,
        "lacks": -1.86,
        "always": 6.2,
        "yes_or_no": 1.47,
    },
    "multilingual-e5-small": {
        "words": 2.62,
        "meaning": 5.69,
        "late": 6.42,
        "lacks": -2.12,
        "always": 5.28,
        "yes_or_no": 1.59,
    },
}
"""By the model that embeds, which also tells languages apart: the first one reads English, the second all others."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each of some passages, and for none."""

    passages: Matrix
    """A row for each passage, a column for each of PASSAGE."""
    none: Row
    """A value for each of NONE."""

    def likelihoods(self, weights: Sequence[float] | Row) -> tuple[Row, float]:
        """How likely each passage is the answer, and how likely none is; together 1. `weights`: PASSAGE, then NONE."""
        scores = np.append(self.passages @ weights[: len(PASSAGE)], self.none @ weights[len(PASSAGE) :])
        odds = np.exp(scores - scores.max())
        likely = odds / odds.sum()
        return likely[:-1], float(likely[-1])


def weights_row(model: str) -> Row:
    """The weights for a model that embeds, in their order."""
    return np.array([WEIGHTS[model][name] for name in (*PASSAGE, *NONE)])
