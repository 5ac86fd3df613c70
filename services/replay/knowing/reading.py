"""The models that agents search their knowledge with, each question read once for all choices."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import Embedder, Encoding, MiniLm, Vectors
from agent.knowledge.multilingual import MultilingualE5


class Once:
    """An Embedder that keeps what it made of questions."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.unlike = embedder.name, embedder.unlike
        self._embedder = embedder
        self._read: dict[tuple[str, ...], list[Encoding]] = {}

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """See Embedder."""
        if not asked or not texts:
            return self._embedder.embed(texts, asked=asked)
        return np.stack([read.vector for read in self.encode(texts, asked=True)])

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        """See Embedder."""
        if not asked:
            return self._embedder.encode(texts)
        key = tuple(texts)
        if key not in self._read:
            self._read[key] = self._embedder.encode(texts, asked=True)
        return self._read[key]


def base_of(models: Path) -> KnowledgeBase:
    """A base over the models that have been fetched; raise ModelMissing without the one for English."""
    return KnowledgeBase(Once(MiniLm(models)), lambda: Once(MultilingualE5(models)))
