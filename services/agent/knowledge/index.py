"""Hybrid retrieval over everything that an agent can say as it stands.

BM25 over words and cosines of embeddings choose candidates; evidence.py tells how likely each answers the question,
from a closer look: every word of the question is held against the words of the passage.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from agent.knowledge import answer_types
from agent.knowledge.embedder import SIZE, Embedder, Encoding, Vector, Vectors
from agent.knowledge.evidence import Evidence, Row, weights_row
from agent.knowledge.terms import adapted, content_words, terms

LIMIT = 32
"""How many candidates are looked at closely."""
K1 = 1.2
B = 0.3
"""Passages are short, and a longer one is not less to the point: length counts little."""
WORDS_WEIGHT = 0.4
"""Share of the words in the choice of candidates; the rest is the meaning's."""

Halves = np.ndarray[tuple[int, int], np.dtype[np.float16]]
_Column = np.ndarray[tuple[int], np.dtype[np.float32]]


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

    @property
    def asked(self) -> bool:
        """Whether `matched` is a way to ask, which questions are like; a passage is what they want."""
        return self.curated is not None or self.matched != self.said


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, and why."""

    entry: Entry
    words: float
    """BM25 as a part of what a passage with every word of the question would have, about 0…1."""
    meaning: float
    """Cosine of question and entry, -1…1."""
    chance: float
    """How likely it answers the question, 0…1; those of all hits and of "none" together are 1."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry's text as the model reads it."""

    vector: Vector
    """Of the text."""
    tokens: Halves
    """A row for each token in its context: 15 KB for a sentence."""

    @classmethod
    def all(cls, texts: Sequence[str], embedder: Embedder) -> list["Read"]:
        """Read some texts; blocks."""
        return [cls(whole.vector, whole.tokens.astype(np.float16)) for whole in embedder.encode(texts)]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question."""

    tokens: list[int]
    """Which of the question's tokens it has."""
    terms: tuple[str, ...]
    """As the knowledge spells it."""
    weight: float
    """How rare it is there."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of a question that tell what it is about."""

    words: tuple[_Word, ...]
    tokens: Vectors
    """All of the question's, without what all have in common."""

    def share(self, values: Sequence[float]) -> float:
        """The mean of a value for each word; rare words count more."""
        whole = sum(word.weight for word in self.words)
        return sum(word.weight * value for word, value in zip(self.words, values, strict=True)) / whole


class Index:
    """Entries that can be searched. Frozen once it is made: searches may run on any number of threads."""

    def __init__(
        self, entries: Sequence[Entry], read: Sequence[Read], language: str, embedder: Embedder
    ) -> None:
        """`read`: each entry's `matched`, by `embedder`."""
        self.entries = tuple(entries)
        self.facts = tuple(e for e in entries if e.curated is None and not e.tool)
        """Those that state something of the company: no exact answers, and no tools."""
        self._language = language
        self._unlike = np.float32(embedder.unlike)
        self._fitted = weights_row(embedder.name)
        self._vectors = np.stack([r.vector for r in read]) if read else np.zeros((0, SIZE), np.float32)
        self._tokens = [r.tokens for r in read]
        self._mean = _mean(self._tokens)
        self._given = [answer_types.given(e.said, language) for e in entries]
        corpus = [terms(f"{e.heading} {e.matched}", language) for e in entries]
        self._known = frozenset(term for document in corpus for term in document)
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        if self._known:
            self._bm25.index(corpus, show_progress=False)
        self._variants = {
            place: tuple(dict.fromkeys(corpus[place])) for place, e in enumerate(entries) if e.asked
        }
        counts = Counter(term for document in corpus for term in set(document))
        size = len(corpus)
        self._weights = {t: float(np.log1p((size - n + 0.5) / (n + 0.5))) for t, n in counts.items()}
        self._rarest = float(np.log1p((size + 0.5) / 0.5))

    @property
    def known(self) -> frozenset[str]:
        """All terms of the entries."""
        return self._known

    def search(self, question: str, read: Encoding, said: str, own: Encoding) -> list[Hit]:
        """Find what may answer a question, the likeliest first; `read`: the question as the model reads it.

        `said` are the caller's last words alone, read as `own`; a question that follows up has those before in it.
        """
        if not self.entries:
            return []
        found, evidence = self.evidence(question, read, said, own)
        likely, _ = evidence.likelihoods(self._fitted)
        hits = [
            Hit(self.entries[place], float(row[0]), float(row[1]), float(chance))
            for place, row, chance in zip(found, evidence.passages, likely, strict=True)
        ]
        return sorted(hits, key=lambda hit: -hit.chance)

    def evidence(self, question: str, read: Encoding, said: str, own: Encoding) -> tuple[list[int], Evidence]:
        """Choose candidates; return their places among the entries, and what speaks for each."""
        words = np.sqrt(np.maximum(self._words(question), 0))
        meaning = (self._vectors @ read.vector - self._unlike) / (1 - self._unlike)
        found = self._candidates(words, meaning)
        kinds = answer_types.asked(said, self._language)
        # The words before speak for what they asked about; whether that has what is asked now, only the last ones tell.
        asked = self._asked(said, own) or self._asked(question, read)
        rows = [
            [words[place], meaning[place], *self._held(asked, place, self._lacks(said, kinds, place))]
            for place in found
        ]
        return found, Evidence(np.array(rows, np.float64), self._none(said, own, asked))

    def _lacks(self, question: str, kinds: frozenset[str], place: int) -> bool:
        said = self.entries[place].said
        return answer_types.lacks(question, kinds, said, self._given[place], self._language)

    def _candidates(self, words: _Column, meaning: _Column) -> list[int]:
        """Places of the entries that are nearest, of each answer the one that is: variants do not compete."""
        order = np.argsort(-(WORDS_WEIGHT * words + (1 - WORDS_WEIGHT) * meaning), kind="stable")
        best: dict[str, int] = {}
        for place in order:
            best.setdefault(self.entries[place].said, int(place))
            if len(best) == LIMIT:  # There may be thousands.
                break
        return list(best.values())

    def _none(self, said: str, own: Encoding, asked: _Asked | None) -> Row:
        """What speaks for none: a value for each of NONE, then the question's embedding."""
        unknown = 0.0
        if asked is not None:
            unknown = asked.share([self._known.isdisjoint(word.terms) for word in asked.words])
        yes_or_no = answer_types.is_yes_or_no(said, self._language)
        statement = not answer_types.is_question(said, self._language)
        return np.array([1.0, yes_or_no, unknown, statement, *own.vector], np.float64)

    def _asked(self, question: str, read: Encoding) -> _Asked | None:
        """The question's words that tell what it is about; None where it has none."""
        words: list[_Word] = []
        for word, begin, end in content_words(question, self._language):
            found = adapted(word, self._language, self._known)
            words.append(_Word(_within(read.spans, begin, end), tuple(found), self._weight(found)))
        words = [word for word in words if word.tokens]
        if not sum(word.weight for word in words):
            return None
        return _Asked(tuple(words), _aligned(read.tokens, self._mean))

    def _held(self, asked: _Asked | None, place: int, lacks: bool) -> tuple[float, ...]:
        """What the question's words tell of an entry: the signals from "late" on."""
        exact = float(self.entries[place].curated is not None)
        if asked is None:
            return 0.0, float(lacks), 0.0, exact
        nearest = (_aligned(self._tokens[place], self._mean) @ asked.tokens.T).max(0)
        near = [float(nearest[word.tokens].max()) for word in asked.words]
        missing = max(word.weight * (1 - part) for word, part in zip(asked.words, near, strict=True))
        return asked.share(near), float(lacks), missing / self._rarest, exact

    def _words(self, question: str) -> _Column:
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


def _mean(tokens: Sequence[Halves]) -> Vector:
    """What all tokens have in common, which tells nothing."""
    count = max(1, sum(len(some) for some in tokens))
    return sum((some.sum(0, dtype=np.float32) for some in tokens), np.zeros(SIZE, np.float32)) / np.float32(
        count
    )


def _aligned(tokens: Vectors | Halves, mean: Vector) -> Vectors:
    """Tokens without what all have in common, at length 1."""
    apart = tokens.astype(np.float32) - mean
    return apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)


def _within(spans: Sequence[tuple[int, int]], begin: int, end: int) -> list[int]:
    return [n for n, (first, last) in enumerate(spans) if first < end and last > begin and last > first]
