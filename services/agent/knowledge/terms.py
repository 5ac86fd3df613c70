"""Words as an index counts them: lower case, stemmed, numbers as digits, without those that every sentence has.

Speech is written down in more than one way, and misheard; `adapted` turns a question's words into those of the
knowledge: "ear buds" and "earbuds" are one, and a word that is not known becomes the known one that it nearly is.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np
import snowballstemmer

from parley import languages

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SHORTEST_HALF = 3
_SHORTEST_FUZZY = 5
_FUZZY = 0.8
"""How alike two words must be (difflib's ratio)."""


def terms(text: str, language: str) -> list[str]:
    """Terms of a text, with repetitions, in their order."""
    return [_stem(w, language) for w in _words(text, language)]


def adapted(text: str, language: str, known: frozenset[str]) -> list[str]:
    """Terms of a question in the words of a knowledge whose terms are `known`; others stay as they are."""
    words = _words(text, language)
    found: list[str] = []
    while words:
        word = words.pop(0)
        term = _stem(word, language)
        if words and (joined := _stem(word + words[0], language)) in known and word.isalpha():
            found.append(joined)
            words.pop(0)
        elif term in known:
            found.append(term)
        else:
            found += _split(word, language, known) or _nearly(term, known) or [term]
    return found


def _split(word: str, language: str, known: frozenset[str]) -> list[str]:
    for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        halves = [_stem(word[:cut], language), _stem(word[cut:], language)]
        if all(half in known for half in halves):
            return halves
    return []


@lru_cache(maxsize=20_000)
def _nearly(term: str, known: frozenset[str]) -> list[str]:
    if len(term) < _SHORTEST_FUZZY or not term.isalpha():
        return []
    return difflib.get_close_matches(term, _letters(known).may_be(term), n=1, cutoff=_FUZZY)


class _Letters:
    """How often each letter stands in each of many words, which tells at once which may be alike."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = list(words)
        self._column = {letter: n for n, letter in enumerate(sorted(set().union(*words)))}
        self._counts = np.stack([self._row(word) for word in self._words])
        self._lengths = np.array([len(word) for word in self._words])

    def may_be(self, word: str) -> list[str]:
        """Words that have so many letters in common with this one that their ratio may reach `_FUZZY`."""
        shared = np.minimum(self._counts, self._row(word)).sum(1)
        whole = self._lengths + len(word)
        return [self._words[n] for n in np.flatnonzero(2 * shared >= _FUZZY * whole - 1e-6)]

    def _row(self, word: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        row = np.zeros(len(self._column), np.uint8)
        for letter in word:
            if letter in self._column:
                row[self._column[letter]] += 1
        return row


@lru_cache(maxsize=64)
def _letters(known: frozenset[str]) -> _Letters:
    return _Letters(known)


def content_words(text: str, language: str) -> list[tuple[str, int, int]]:
    """Words that tell what a text is about, each with its place in it."""
    stop = languages.get(language).knowledge.stop_words
    found = [(next(plain_words(m.group(), language), ""), *m.span()) for m in _WORD.finditer(text)]
    return [word for word in found if word[0] and word[0] not in stop]


def plain_words(text: str, language: str) -> Iterator[str]:
    """All words of a text in lower case, numbers as digits."""
    lowered = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    known = languages.get(language).knowledge
    numbers = known.numbers
    for word in _WORD.findall(lowered):
        head, _, tail = word.partition("'")
        plain = head if tail in known.after_apostrophe else tail if head in known.before_apostrophe else word
        yield str(numbers.get(plain, plain))


def _words(text: str, language: str) -> list[str]:
    stop = languages.get(language).knowledge.stop_words
    return [word for word in plain_words(text, language) if word not in stop]


@cache
def _stemmer(language: str) -> "snowballstemmer.stemmer | None":
    name = languages.get(language).stemmer
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer is not None else word
