"""What calls are about where the agent's file names no categories: topics, found among what callers have said.

Lines are put together by average linkage (Sokal and Michener 1958) on what they mean, and a topic is named by the words
that are typical of it beside the others (class-based TF-IDF: Grootendorst 2022). A topic stays as it was found: later
lines are held against it, and it keeps its name and its mean, so that figures of two weeks are of the same thing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from agent.knowledge.embedder import Embedder, Vector, Vectors
from agent.knowledge.terms import content_words, terms
from parley import languages
from parley.languages.said import plain
from parley.outside.over.topics import Found, Topic

LEAST = 0.3
"""Mean cosine, without what is `unlike`, with a topic's lines from which another line is about it, too. Chosen on
bench/data/insight/categories.yaml."""
FEWEST_CALLS = 5
"""Of a topic."""
_NAMED_BY = 3
"""Calls of a topic in which each word of its name was said: what one caller alone says names nothing."""
_MOST_WORDS = 3
_SHORTEST = 3
"""Letters of such a word."""
_TYPICAL = 0.5
"""What a further word of a name counts at least, against the first one."""
_FEWEST_WORDS = 3
"""Of a line that wants something: shorter ones answer a question."""
_DTYPE = np.dtype("<f2")


def wants(line: str, language: str) -> bool:
    """Whether a line may say what its caller wants: not what everybody says, and not who they are."""
    known = languages.get(language)
    said = plain(line)
    if len(said.split()) < _FEWEST_WORDS or known.personal.introduces.within(said):
        return False
    return any(term.isalpha() and term not in _talk(language) for term in terms(line, language))


@cache
def _talk(language: str) -> frozenset[str]:
    """Words of what everybody says."""
    talk = languages.get(language).knowledge.small_talk
    return frozenset(term for text in talk for term in terms(text, language))


def likeness(vectors: Vectors, mean: Vector, unlike: float) -> Vector:
    """Mean cosine of each vector with the lines of a topic, without what is `unlike`."""
    return (vectors @ mean - unlike) / (1 - unlike)


def about(lines: Sequence[str], language: str, known: Sequence[Topic], model: Embedder) -> list[str | None]:
    """The topic of each line; empty: none that is known; None: it wants nothing. Blocks."""
    wanting = [place for place, line in enumerate(lines) if wants(line, language)]
    names = _nearest([lines[place] for place in wanting], known, model)
    found = dict(zip(wanting, names, strict=True))
    return [found.get(place) for place in range(len(lines))]


def _nearest(lines: Sequence[str], topics: Sequence[Topic], model: Embedder) -> list[str]:
    known = [(topic.name, _mean(topic)) for topic in topics if topic.model == model.name]
    if not known or not lines:
        return [""] * len(lines)
    vectors = model.embed(lines, asked=True)
    near = np.stack([likeness(vectors, mean, model.unlike) for _, mean in known], axis=1)
    return [known[int(row.argmax())][0] if row.max() >= LEAST else "" for row in near]


def most(names: Sequence[str | None]) -> str:
    """What most of a call's lines are about, of as many the one that came first; empty: none."""
    counts = Counter(filter(None, names))
    return max(counts, key=lambda name: counts[name]) if counts else ""


def find(
    lines: Sequence[str],
    calls: Sequence[int],
    vectors: Vectors,
    model: Embedder,
    *,
    language: str,
    taken: Sequence[str] = (),
) -> list[Found]:
    """Topics among the lines of some calls, the largest first, with names other than those that are `taken`. Blocks."""
    groups = sorted(linked(vectors, model.unlike), key=lambda group: (-len(group), group[0]))
    words = _Words(lines, calls, groups, language)
    names, found = {*taken}, list[Found]()
    for number, group in enumerate(groups):
        if len({calls[place] for place in group}) < FEWEST_CALLS:
            continue
        name = words.name(number, names)
        if name:
            names.add(name)
            mean = vectors[group].mean(0).astype(_DTYPE).tobytes()
            found.append(Found(topic=Topic(name=name, model=model.name, mean=mean), lines=group))
    return found


def _mean(topic: Topic) -> Vector:
    return np.frombuffer(topic.mean, _DTYPE).astype(np.float32)


def linked(vectors: Vectors, unlike: float) -> list[list[int]]:
    """Places of vectors, put together as long as two groups are alike in the mean (LEAST)."""
    count = len(vectors)
    groups = [[place] for place in range(count)]
    if count < 2:
        return groups
    near = ((vectors @ vectors.T - unlike) / (1 - unlike)).astype(np.float64)
    np.fill_diagonal(near, -np.inf)
    while (best := int(near.argmax())) >= 0 and near.flat[best] >= LEAST:
        kept, gone = sorted(divmod(best, count))
        sizes = len(groups[kept]), len(groups[gone])
        both = (sizes[0] * near[kept] + sizes[1] * near[gone]) / sum(sizes)
        near[kept] = near[:, kept] = both
        near[kept, kept] = near[gone] = near[:, gone] = -np.inf
        groups[kept] += groups[gone]
        groups[gone] = []
    return [sorted(group) for group in groups if group]


@dataclass(frozen=True, slots=True)
class _Word:
    form: str
    """As it is mostly said."""
    calls: int


class _Words:
    """Which words tell what the groups of lines are about: counted by calls, so that nobody counts twice."""

    def __init__(
        self, lines: Sequence[str], calls: Sequence[int], groups: Sequence[Sequence[int]], language: str
    ) -> None:
        self._groups = [dict(_counted(group, lines, calls, language)) for group in groups]
        self._everywhere: Counter[str] = Counter()
        for words in self._groups:
            self._everywhere.update({term: word.calls for term, word in words.items()})
        self._mean = sum(self._everywhere.values()) / max(1, len(groups))

    def name(self, group: int, taken: set[str]) -> str:
        """A name for a group that is none of these; empty: it has no word that tells what it is about."""
        typical = self._typical(self._groups[group])
        if not typical:
            return ""
        weighty = [form for form, score in typical if score >= _TYPICAL * typical[0][1]][:_MOST_WORDS]
        others = [form for form, _ in typical if form not in weighty]
        name = ", ".join(weighty)
        while name in taken and others:
            name = f"{name}, {others.pop(0)}"
        number = 2
        while name in taken:
            name, number = f"{', '.join(weighty)} {number}", number + 1
        return name

    def _typical(self, words: Mapping[str, _Word]) -> list[tuple[str, float]]:
        whole = sum(word.calls for word in words.values())
        scores = {
            word.form: word.calls / whole * float(np.log1p(self._mean / self._everywhere[term]))
            for term, word in words.items()
            if word.calls >= _NAMED_BY
        }
        return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))


def _counted(
    group: Sequence[int], lines: Sequence[str], calls: Sequence[int], language: str
) -> Iterator[tuple[str, _Word]]:
    """The words of a group by their terms."""
    said: dict[str, set[int]] = {}
    forms: dict[str, Counter[str]] = {}
    for place in group:
        for word, _, _ in content_words(lines[place], language):
            for term in terms(word, language):
                if len(word) >= _SHORTEST and word.isalpha():
                    said.setdefault(term, set()).add(calls[place])
                    forms.setdefault(term, Counter())[word] += 1
    for term, within in said.items():
        form = min(forms[term], key=lambda each: (-forms[term][each], each))
        yield term, _Word(form, len(within))
