"""Whether callers ask for a person, and for whom: by what they mean, held against the examples of their language."""

import re
from collections.abc import Callable, Mapping

import numpy as np

from agent.knowledge.embedder import Embedder
from agent.wishes.likeness import Likeness
from parley import languages
from parley.agents.dialogue import Target
from parley.languages.said import only, plain

_BATCH = 8
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


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

    def wanted(self, text: str, targets: Mapping[str, Target], language: str) -> str | None:
        """Name the target that the caller asks for: "" for anybody, None when they ask for nobody.

        Who names a target asks for it when they would ask for a person, had they said "a colleague" in its place. Until
        the examples are read nobody is asked for, and it is the language model's to hand over.
        """
        if language not in self._fitted or not targets or not text.strip():
            return None
        anybody = languages.get(language).person.somebody
        for name, target in targets.items():
            words = sorted(map(re.escape, target.words), key=len, reverse=True)
            named, count = re.subn(rf"\b(?:{'|'.join(words)})\b", anybody, text, flags=re.IGNORECASE)
            if words and count and self._asks(named, language):
                return name
        return "" if self._asks(text, language) else None

    def _asks(self, text: str, language: str) -> bool:
        sentences = _SENTENCES.split(text.strip())
        said = [text] if len(sentences) == 1 else [text, *filter(_says_more(language), sentences)]
        vectors = self._embedder_of(language).embed(said, asked=True)
        likeness = self._fitted[language]
        return any(likeness.odds(*pair) > 0 for pair in zip(said, vectors, strict=True))


def _says_more(language: str) -> Callable[[str], bool]:
    """Tells sentences from what only goes with others ("Please.", "Thank you."): alone it has no meaning of its own."""
    known = languages.get(language)
    goes_along = known.yes, known.no, known.goodbye.thanks, known.goodbye.around
    return lambda sentence: not only(plain(sentence), *goes_along)
