"""How likely each of the passages answers a question, and how likely none does. Pure: numbers in, numbers out.

A conditional logit: every passage has a score, a weighted sum of what speaks for it; so has "none of them"; the softmax
of all scores are the likelihoods. `python -m bench.knowledge --calibrate` fits the weights to the questions in
bench/data/knowledge/calibration.yaml, and prints WEIGHTS anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.knowledge.answer_types import KINDS

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Row = np.ndarray[tuple[int], np.dtype[np.float64]]

PASSAGE = (
    "words",  # BM25, as a part of what a passage with every word of the question would have
    "meaning",  # cosine of question and passage
    "clause",  # cosine of the question and the nearest part of the passage
    "late",  # mean over the question's words of how near the nearest word of the passage is, rare words count more
    "curated",  # whether it is a way to ask for an exact answer
    *(f"has_{kind}" for kind in KINDS),  # the question wants this kind of answer, and the passage has it
    *(f"lacks_{kind}" for kind in KINDS),  # ... and the passage has none
)
NONE = (
    "always",
    "field",  # cosine of passages that have nothing to do with the question
    "yes_or_no",  # whether the question wants a yes or a no
)
WEIGHTS: dict[str, float] = {
    "words": 0.65,
    "meaning": 3.74,
    "clause": 3.86,
    "late": 5.61,
    "curated": -1.57,
    "has_who": -0.55,
    "has_money": 0.53,
    "has_time": 0.73,
    "has_duration": 0.92,
    "has_where": 1.31,
    "has_count": -1.76,
    "has_contact": -0.43,
    "lacks_who": -1.43,
    "lacks_money": -2.29,
    "lacks_time": -0.37,
    "lacks_duration": -0.77,
    "lacks_where": -0.09,
    "lacks_count": -1.81,
    "lacks_contact": -1.66,
    "always": 5.74,
    "field": 4.12,
    "yes_or_no": 0.39,
}


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


WEIGHTS_ROW: Row = np.array([WEIGHTS[name] for name in (*PASSAGE, *NONE)])
"""WEIGHTS in their order."""
