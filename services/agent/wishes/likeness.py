"""Whether words are like some examples rather than like others, by what they mean and by how they are put. Pure.

Meaning alone takes "Give me the manager's address" for "Give me the manager", words alone do not know "chief": logistic
regression on both, of which a few hundred examples are enough (fitted in its dual form, by Newton's method). Words of a
kind can stand for each other, so that "the nurse, please" is like "the plumber, please".
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]

_WORD = re.compile(r"\w+")
_LONGEST = 3
"""Words of the longest phrase that counts as one."""
_WORDS_WEIGHT, _KINDS_WEIGHT = 1.5, 2.0
"""How much the phrases count against the meaning, as they are said and with kinds among them; these and the next are
chosen by texts that may be looked at, see bench/persons.py and docs/benchmarks.md."""
_RIDGE = 0.03
_STEPS = 25


class Likeness:
    """Fitted to examples: texts of both kinds, and a vector of each."""

    def __init__(
        self,
        wanted: Sequence[str],
        others: Sequence[str],
        vectors: Array,
        with_kinds: Callable[[str], str] | None = None,
    ) -> None:
        """`vectors` has a row of length 1 for each of the texts, the wanted ones first.

        `with_kinds` gives a text in small letters with the names of kinds, in capitals, in the place of their words;
        without it words stand for themselves.
        """
        self._with_kinds = with_kinds
        self._weight = _KINDS_WEIGHT if with_kinds else _WORDS_WEIGHT
        texts = [*wanted, *others]
        counts = Counter(phrase for text in texts for phrase in set(self._phrases(text)))
        self._places = {phrase: place for place, phrase in enumerate(counts)}
        self._rarity = np.log1p(len(texts) / np.array(list(counts.values()), np.float32))
        self._mean = vectors.mean(0)
        features = np.stack([self._features(*pair) for pair in zip(texts, vectors, strict=True)])
        kind = np.array([1.0] * len(wanted) + [0.0] * len(others))
        self._weights, self._bias = _fit(features, kind)

    def odds(self, text: str, vector: Array) -> float:
        """Logarithm of the odds that a text is one of the wanted."""
        return float(self._features(text, vector) @ self._weights) + self._bias

    def _features(self, text: str, vector: Array) -> Array:
        meaning = vector - self._mean
        words = np.zeros(len(self._places), np.float32)
        found = [self._places[phrase] for phrase in self._phrases(text) if phrase in self._places]
        words[found] = self._rarity[found]
        return np.concatenate([_unit(meaning), self._weight * _unit(words)])

    def _phrases(self, text: str) -> Iterator[str]:
        """The phrases of a text as it was said, and those with kinds in them."""
        end = "?" if text.strip().endswith("?") else "$"
        yield from _phrases(text.lower(), end)
        if self._with_kinds:
            yield from (said for said in _phrases(self._with_kinds(text), end) if said != said.lower())


def _phrases(text: str, end: str) -> Iterator[str]:
    """All phrases of up to three words, with the beginning, and the end or a question mark, as words."""
    words = ["^", *_WORD.findall(text), end]
    for size in range(1, _LONGEST + 1):
        for start in range(len(words) - size + 1):
            if size > 1 or words[start] not in "^$":
                yield " ".join(words[start : start + size])


def _unit(vector: Array) -> Array:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def _fit(features: Array, kind: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[Array, float]:
    """Weights of the features and the bias; both kinds count the same, however many examples they have."""
    kernel = (features @ features.T).astype(np.float64) + 1.0
    balance = np.where(kind == 1, 0.5 / kind.mean(), 0.5 / (1 - kind.mean()))
    dual = np.zeros(len(kind))
    for _ in range(_STEPS):
        odds = kernel @ dual
        chance = 1 / (1 + np.exp(-odds))
        slope = np.maximum(balance * chance * (1 - chance), 1e-6)
        wanted = odds + balance * (kind - chance) / slope
        dual = np.linalg.solve(kernel + _RIDGE * np.diag(1 / slope), wanted)
    return (features.T @ dual).astype(np.float32), float(dual.sum())
