"""Whose words some words are like, by examples of each kind: regularised least squares over pieces of words. Pure.

Over a telephone a recogniser takes words for others, but seldom all of their letters: what is compared are all runs of
three to five letters, as in W. B. Cavnar and J. M. Trenkle, "N-gram-based text categorization", SDAIR 1994, weighted by
how rare they are. Least squares are as good as a support vector machine for that and are solved at once (R. Rifkin,
G. Yeo and T. Poggio, "Regularized least-squares classification", 2003). Letters that no example has count against all
kinds, so that what is like nothing is told to be nothing.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

_SIZES = (3, 4, 5)
_RIDGE = 0.3
_UNKNOWN = 0.3
"""What a piece counts, against the others, that no example has."""


class Likeness[Kind: str]:
    """What examples of several kinds tell of other words."""

    def __init__(self, examples: Mapping[Kind, Iterable[str]]) -> None:
        """`examples` are plain words (parley.languages.said)."""
        self._kinds = tuple(examples)
        pairs = [(kind, _pieces(text)) for kind, texts in examples.items() for text in texts]
        counts = Counter(kind for kind, _ in pairs)
        seen = Counter(piece for _, pieces in pairs for piece in pieces)
        self._places = {piece: place for place, piece in enumerate(seen)}
        self._rarest = math.log(1 + len(pairs)) + 1
        self._rarity = np.array([self._rarest - math.log(1 + count) for count in seen.values()])
        rows = np.array([self._row(pieces) for _, pieces in pairs])
        # A kind of few examples counts for more in each of them.
        loose = [_RIDGE * math.sqrt(counts[kind] * len(counts) / len(pairs)) for kind, _ in pairs]
        wanted = np.array([[float(kind == one) for one in self._kinds] for kind, _ in pairs])
        self._weights = rows.T @ np.linalg.solve(rows @ rows.T + np.diag(loose), wanted)

    def of(self, words: str) -> dict[Kind, float]:
        """How like plain words are to each kind, from about 0, not at all, to 1."""
        told: NDArray[np.float64] = self._row(_pieces(words)) @ self._weights
        return dict(zip(self._kinds, map(float, told), strict=True))

    def _row(self, pieces: Counter[str]) -> NDArray[np.float64]:
        row, unknown = np.zeros(len(self._places)), 0.0
        for piece, count in pieces.items():
            often = 1 + math.log(count)
            if (place := self._places.get(piece)) is None:
                unknown += (often * self._rarest) ** 2
            else:
                row[place] = often * self._rarity[place]
        length = math.sqrt(float(row @ row) + _UNKNOWN * unknown)
        return row / length if length else row


def _pieces(words: str) -> Counter[str]:
    """All runs of letters, without their accents, of a text whose words have a space on either side."""
    letters = unicodedata.normalize("NFD", f" {words} ")
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return Counter(bare[at : at + size] for size in _SIZES for at in range(len(bare) - size + 1))
