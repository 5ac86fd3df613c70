"""Whose words some words are like, by examples of each kind: logistic regression over pieces of words. Pure.

Over a telephone a recogniser takes words for others, but seldom all of their letters: what is compared are all runs of
two to five letters, as in W. B. Cavnar and J. M. Trenkle, "N-gram-based text categorization", SDAIR 1994, beside whole
words and pairs of them, weighted by how rare they are. What no other example has says nothing of a kind, and makes a
text less like all of them. There are far more pieces than examples, so that weights are found for the examples, by
their products (B. Schölkopf, R. Herbrich and A. Smola, "A generalized representer theorem", COLT 2001), in steps of
Y. Nesterov's accelerated gradient (Soviet Mathematics Doklady 27(2), 1983).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from parley.languages.said import without_accents

_SIZES = (2, 3, 4, 5)
_FEWEST = 2
"""In so many examples a piece has to be."""
_UNKNOWN = 0.3
"""What a piece counts, against the others, that is in fewer."""
_STRENGTH = 30.0
"""How much an example counts against small weights."""
_STEPS = 200

_Floats = NDArray[np.float64]


class Likeness[Kind: str]:
    """What examples of several kinds tell of other words."""

    def __init__(self, examples: Mapping[Kind, Iterable[str]]) -> None:
        """`examples` are plain words (parley.languages.said)."""
        self._kinds = tuple(examples)
        pairs = [(kind, _pieces(text)) for kind, texts in examples.items() for text in texts]
        seen = Counter(piece for _, pieces in pairs for piece in pieces)
        known = [piece for piece, count in seen.items() if count >= _FEWEST]
        self._places = {piece: place for place, piece in enumerate(known)}
        self._rarest = math.log(1 + len(pairs)) + 1
        self._rarity = np.array([self._rarest - math.log(1 + seen[piece]) for piece in known])
        rows = np.zeros((len(pairs), len(known)), np.float32)
        for place, (_, pieces) in enumerate(pairs):
            rows[place] = self._row(pieces)
        told = np.array([[float(kind == one) for one in self._kinds] for kind, _ in pairs])
        shares = _fit((rows @ rows.T).astype(np.float64) + 1, told)
        self._weights, self._always = rows.T @ shares, shares.sum(0)

    def of(self, words: str) -> dict[Kind, float]:
        """How likely each kind is that says plain words: natural logarithms, which say something by their distance."""
        scores = self._row(_pieces(words)) @ self._weights + self._always
        return dict(zip(self._kinds, map(float, scores), strict=True))

    def _row(self, pieces: Counter[str]) -> _Floats:
        row, unknown = np.zeros(len(self._places)), 0.0
        for piece, count in pieces.items():
            often = 1 + math.log(count)
            if (place := self._places.get(piece)) is None:
                unknown += (often * self._rarest) ** 2
            else:
                row[place] = often * self._rarity[place]
        length = math.sqrt(float(row @ row) + _UNKNOWN * unknown)
        return row / length if length else row


def chances[Kind: str](scores: Mapping[Kind, float]) -> dict[Kind, float]:
    """What is likely of some kinds, one of which it is: from 0 to 1, together 1."""
    highest = max(scores.values())
    odds = {kind: math.exp(score - highest) for kind, score in scores.items()}
    return {kind: odd / sum(odds.values()) for kind, odd in odds.items()}


def _fit(products: _Floats, told: _Floats) -> _Floats:
    """What each example has to say for each kind; `products` of examples with one another, `told` what they are."""
    # A kind of few examples counts for more in each of them.
    loud = _STRENGTH * np.sqrt(len(told) / told.shape[1] / told.sum(0))[told.argmax(1), None]
    size = 1 / (float(np.linalg.norm(products, 2)) / 2 * float(loud.max()) + 1)
    shares = ahead = np.zeros_like(told)
    pace = 1.0
    for _ in range(_STEPS):
        scores = products @ ahead
        odds = np.exp(scores - scores.max(1, keepdims=True))
        step = ahead - size * (loud * (odds / odds.sum(1, keepdims=True) - told) + ahead)
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        shares, ahead, pace = step, step + (pace - 1) / faster * (step - shares), faster
    return shares


def _pieces(words: str) -> Counter[str]:
    """All runs of letters, without their accents, of a text whose words have a space on either side; and its words, and
    pairs of them.
    """
    bare = without_accents(words)
    text, each = f" {bare} ", ["", *bare.split(), ""]
    pieces = Counter(text[at : at + size] for size in _SIZES for at in range(len(text) - size + 1))
    pieces.update(f"={word}" for word in each[1:-1])
    pieces.update(f"={one}={other}" for one, other in pairwise(each))
    return pieces
