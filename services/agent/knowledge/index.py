"""Hybrid retrieval, BM25 over words and cosines of embeddings, over everything that an agent can say as it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from agent.knowledge.embedder import Vector, Vectors
from agent.knowledge.terms import adapted, terms

LIMIT = 16
"""How many hits are looked at: the best ones, and a few that show how near anything is to a question."""
K1 = 1.2
B = 0.3
"""Passages are short, and a longer one is not less to the point: length counts little."""
WORDS_WEIGHT = 0.4
"""Share of the words in the order of what is found; the rest is the meaning's. From bench/knowledge.py --calibrate."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found."""

    said: str
    """What is said when it is found: a passage, or a curated answer."""
    matched: str
    """What questions are compared with: the passage, or a way to ask for the answer."""
    heading: str = ""
    """Headings above a passage; its words count, too."""
    source: str = ""
    """File of a passage."""
    curated: int | None = None
    """Number of the curated answer."""
    tool: bool = False
    """Whether it is what one of the agent's tools can do: the language model calls it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, and why."""

    entry: Entry
    words: float
    """BM25 as a part of what a passage with every word of the question would have, about 0…1."""
    meaning: float
    """Cosine of question and entry, -1…1."""

    @property
    def score(self) -> float:
        """Both together; what hits are ordered by."""
        return WORDS_WEIGHT * self.words + (1 - WORDS_WEIGHT) * self.meaning


class Index:
    """Entries that can be searched. Frozen once it is made: searches may run on any number of threads."""

    def __init__(self, entries: Sequence[Entry], vectors: Vectors, language: str) -> None:
        """`vectors`: the embedding of each entry's `matched`."""
        self.entries = tuple(entries)
        self._vectors = vectors
        self._language = language
        corpus = [terms(f"{e.heading} {e.matched}", language) for e in entries]
        self._known = frozenset(term for document in corpus for term in document)
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        if self._known:
            self._bm25.index(corpus, show_progress=False)
        self._variants = {
            place: tuple(dict.fromkeys(corpus[place]))
            for place, e in enumerate(entries)
            if e.curated is not None
        }
        counts = {term: sum(term in document for document in corpus) for term in self._known}
        size = len(corpus)
        self._weights = {t: float(np.log1p((size - n + 0.5) / (n + 0.5))) for t, n in counts.items()}
        self._rarest = float(np.log1p((size + 0.5) / 0.5))

    def search(self, question: str, vector: Vector, limit: int = LIMIT) -> list[Hit]:
        """Find what fits a question best, the best first; `vector` is the question's embedding."""
        if not self.entries:
            return []
        meaning = self._vectors @ vector
        words = self._words(question)
        hits = [Hit(e, float(w), float(m)) for e, w, m in zip(self.entries, words, meaning, strict=True)]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _words(self, question: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        asked = list(dict.fromkeys(adapted(question, self._language, self._known)))
        known = [term for term in asked if term in self._known]
        if not known:
            return np.zeros(len(self.entries), np.float32)
        # A word that no passage has would have been the rarest: a passage cannot be about everything asked.
        whole = self._weight(asked) / (1 + K1)
        scores = self._bm25.get_scores(known) / np.float32(whole)
        for place, variant in self._variants.items():
            # A way to ask must be asked as a whole: "your email address" is not "your address".
            scores[place] *= self._weight([t for t in variant if t in known]) / (self._weight(variant) or 1)
        return scores

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._weights.get(term, self._rarest) for term in terms)
