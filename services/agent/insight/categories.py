"""What a call was about: which of the agent's categories, by examples of what callers say who want that."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.knowledge.embedder import Embedder, Vector, Vectors
from agent.wishes.likeness import Likeness
from parley import languages
from parley.agents import Agent
from parley.agents.dialogue import Category
from parley.languages.said import plain

_AT_ONCE = 4
"""Examples that are read together, in some 40 ms: a caller who comes meanwhile waits for them."""
_NEAR = 4.0
"""What the likeness to the nearest example counts, a cosine, against the logarithm of the odds: a few examples alone
make these out too small. This and the next are chosen on the half of the set that may be looked at."""
_LEAST = -1.0
"""Of both together: below it a line is about none of the categories."""
_DOUBT = 1.0
"""How near they are to that, or those of two categories to each other, where it is unsure."""
_NAMED = 2.0
"""What is added to them when a line has one of a category's words."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A category, as it is known by its examples."""

    likeness: Likeness
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class _Fitted:
    version: str
    """Of the agent's file."""
    kinds: Mapping[str, _Kind]


class Sorting:
    """Knows categories. Its methods block: they belong on a thread."""

    def __init__(self, embedder_of: Callable[[str], Embedder]) -> None:
        """`embedder_of` gives the model that reads a language."""
        self._embedder_of = embedder_of
        self._read: dict[tuple[str, str], Vector] = {}
        """Examples, by the model that has read them and their text."""
        self._fitted: dict[tuple[str, str], _Fitted] = {}

    def learn(self, agent: Agent) -> bool:
        """Read a few of an agent's examples; return whether all are read. Until they are nothing is sorted."""
        model = self._embedder_of(agent.file.language)
        new = [text for text in _texts(agent) if (model.name, text) not in self._read]
        some = new[:_AT_ONCE]
        if some:
            vectors = model.embed(some, asked=True)
            self._read.update({(model.name, text): read for text, read in zip(some, vectors, strict=True)})
        return len(some) == len(new)

    @staticmethod
    def chosen(lines: Sequence[Mapping[str, float]]) -> str:
        """Name what most of a caller's lines were about, by the `odds` of each; empty: none of the categories."""
        weights: dict[str, float] = {}
        for odds in lines:
            name = max(odds, key=lambda each: odds[each])
            if odds[name] >= _LEAST:
                weights[name] = weights.get(name, 0.0) + 1 / (1 + float(np.exp(-odds[name])))
        return max(weights, key=lambda each: weights[each]) if weights else ""

    @staticmethod
    def doubts(lines: Sequence[Mapping[str, float]]) -> bool:
        """Whether it is unsure what `chosen` says of them: all is near the least, or a line is nearly two things."""
        ranked = [sorted(odds.values(), reverse=True) for odds in lines if odds]
        if not ranked:
            return False
        first, *others = max(ranked)
        return abs(first - _LEAST) < _DOUBT or (
            first >= _LEAST and bool(others) and first - others[0] < _DOUBT
        )

    def odds(self, agent: Agent, lines: Sequence[str]) -> list[dict[str, float]]:
        """Of each line, by category how surely it is about that; see _LEAST. `learn` comes first."""
        wanted = agent.file.categories
        if not wanted or not lines:
            return []
        fitted, model = self._fit(agent), self._embedder_of(agent.file.language)
        return [
            {
                name: kind.likeness.odds(line, vector)
                + _NEAR * (float((kind.vectors @ vector).max()) - model.unlike) / (1 - model.unlike)
                + _NAMED * _names(wanted[name], line)
                for name, kind in fitted.kinds.items()
            }
            for line, vector in zip(lines, model.embed(lines, asked=True), strict=True)
        ]

    def _fit(self, agent: Agent) -> _Fitted:
        key = (agent.name, agent.file.language)
        known = self._fitted.get(key)
        if known is None or known.version != agent.version:
            known = self._fitted[key] = _Fitted(agent.version, self._kinds(agent))
        return known

    def _kinds(self, agent: Agent) -> dict[str, _Kind]:
        """A category against all others, and against what asks for nothing."""
        texts, model, found = _texts(agent), self._embedder_of(agent.file.language), {}
        for name, each in agent.file.categories.items():
            own = list(each.examples)
            others = [text for text in texts if text not in own]
            read = np.stack([self._read[model.name, text] for text in (*own, *others)])
            found[name] = _Kind(Likeness(own, others, read), read[: len(own)])
        return found


def _texts(agent: Agent) -> list[str]:
    """What is read before lines can be sorted; nothing where there are no categories."""
    categories = agent.file.categories.values()
    talk = languages.get(agent.file.language).knowledge.small_talk if categories else ()
    return list(dict.fromkeys([*(text for each in categories for text in each.examples), *talk]))


def _names(category: Category, line: str) -> bool:
    said = f" {plain(line)} "
    return any(re.search(rf"\W{re.escape(plain(word))}\W", said) for word in category.words)
