"""Whether callers ask for a person, and for whom: by what they mean, held against the examples of their language."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from agent.knowledge.embedder import Embedder
from agent.wishes.likeness import Likeness
from parley import languages
from parley.agents.dialogue import Target
from parley.languages.said import only, plain, sentences
from parley.languages.wishes import Person

_BATCH = 8
_SAME = re.compile(r"\b([A-Z]+)(?: \1)+\b")


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
        self._fitted[language] = Likeness(asking, others, np.concatenate(vectors), _with_kinds(known))

    def wanted(self, text: str, targets: Mapping[str, Target], language: str) -> Wanted | None:
        """Tell whom the caller asks for; None: nobody.

        Who names a target asks for it when they would ask for a person, had they said "a colleague" in its place. Until
        the examples are read nobody is asked for, and it is the language model's to hand over.
        """
        if language not in self._fitted or not targets or not text.strip():
            return None
        odds = {name: self._odds(said, language) for name, said in _as_for_anybody(text, targets, language)}
        odds[""] = self._odds(text, language)
        known = languages.get(language).person
        for least in (known.sure_above, known.ask_above):
            found = next((name for name, value in odds.items() if value > least), None)
            if found is not None:
                return Wanted(found, sure=least == known.sure_above)
        return None

    def _odds(self, text: str, language: str) -> float:
        parts = sentences(text)
        said = [text] if len(parts) == 1 else [text, *filter(_says_more(language), parts)]
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


def _with_kinds(known: Person) -> Callable[[str], str] | None:
    """Puts a kind's name in the place of all that is called so, once where several follow; None: there are no kinds."""
    kinds = {"NAME": known.names, "ROLE": known.roles, "PLACE": known.departments}
    if not any(words.phrases for words in kinds.values()):
        return None

    def put(text: str) -> str:
        said = plain(text)
        for kind, words in kinds.items():
            said = words.left_out(said, kind)
        return _SAME.sub(r"\1", said)

    return put


def _says_more(language: str) -> Callable[[str], bool]:
    """Tells sentences from what only goes with others ("Please.", "Thank you."): alone it has no meaning of its own."""
    known = languages.get(language)
    goes_along = known.yes, known.no, known.goodbye.thanks, known.goodbye.around
    return lambda sentence: not only(plain(sentence), *goes_along)
