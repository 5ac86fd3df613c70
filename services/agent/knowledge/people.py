"""Whether callers ask for a person, and for whom: by what they mean, held against the examples of their language."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from agent.knowledge.embedder import Embedder
from agent.wishes.likeness import Likeness
from parley import languages
from parley.agents.dialogue import Target
from parley.languages.said import only, plain

_BATCH = 8
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_SURE, _PERHAPS = 2.0, -1.0
"""Logarithms of the odds from which a caller is put through, and from which they are asked whether they want that: a
question is answered by a word, a call that went to somebody by mistake costs two people their time. At 1.5, of words
that nobody had seen, 58 instead of 51 % of those who ask are put through at once, and 2 % of the others
(`make bench-persons`).
"""


class Wanted(NamedTuple):
    """Whom a caller asks for."""

    target: str = ""
    """A name of the agent's targets; empty: anybody."""
    sure: bool = True
    """Whether they do; else they may, and are to be asked."""


class People:
    """Knows when a person is asked for. Its methods block: they belong on a thread."""

    def __init__(self, embedder_of: Callable[[str], Embedder]) -> None:
        """`embedder_of` gives the model that reads a language."""
        self._embedder_of = embedder_of
        self._fitted: dict[str, Likeness] = {}
        self.closed = False
        """Whether nothing more is to be learnt: who stops does not wait for it."""

    def learn(self, language: str) -> None:
        """Read the examples of a language, unless that is done."""
        if language in self._fitted:
            return
        known = languages.get(language).person
        # Texts of the like length together: a batch is padded to its longest.
        asking, others = (sorted(texts, key=len) for texts in (known.asking, known.others))
        texts, model = [*asking, *others], self._embedder_of(language)
        vectors = []
        for at in range(0, len(texts), _BATCH):
            if self.closed:
                return
            vectors.append(model.embed(texts[at : at + _BATCH], asked=True))
        self._fitted[language] = Likeness(asking, others, np.concatenate(vectors))

    def wanted(self, text: str, targets: Mapping[str, Target], language: str) -> Wanted | None:
        """Tell whom the caller asks for; None: nobody.

        Who names a target asks for it when they would ask for a person, had they said "a colleague" in its place. Until
        the examples are read nobody is asked for, and it is the language model's to hand over.
        """
        if language not in self._fitted or not targets or not text.strip():
            return None
        odds = {name: self._odds(said, language) for name, said in _as_for_anybody(text, targets, language)}
        odds[""] = self._odds(text, language)
        for least in (_SURE, _PERHAPS):
            found = next((name for name, value in odds.items() if value > least), None)
            if found is not None:
                return Wanted(found, sure=least == _SURE)
        return None

    def _odds(self, text: str, language: str) -> float:
        sentences = _SENTENCES.split(text.strip())
        said = [text] if len(sentences) == 1 else [text, *filter(_says_more(language), sentences)]
        vectors = self._embedder_of(language).embed(said, asked=True)
        likeness = self._fitted[language]
        return max(likeness.odds(*pair) for pair in zip(said, vectors, strict=True))


def _as_for_anybody(text: str, targets: Mapping[str, Target], language: str) -> Iterator[tuple[str, str]]:
    """The targets that are named, each with what the caller would have said for a colleague."""
    anybody = languages.get(language).person.somebody
    for name, target in targets.items():
        words = sorted(map(re.escape, target.words), key=len, reverse=True)
        said, count = re.subn(rf"\b(?:{'|'.join(words)})\b", anybody, text, flags=re.IGNORECASE)
        if words and count:
            yield name, said


def _says_more(language: str) -> Callable[[str], bool]:
    """Tells sentences from what only goes with others ("Please.", "Thank you."): alone it has no meaning of its own."""
    known = languages.get(language)
    goes_along = known.yes, known.no, known.goodbye.thanks, known.goodbye.around
    return lambda sentence: not only(plain(sentence), *goes_along)
