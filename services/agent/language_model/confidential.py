"""What the language model is told and must not tell: its instructions, word for word. Pure.

A caller may ask it to read them out. Whole sentences of them are found in what it writes, however they are cut into
pieces; a translation or a description of them is not.
"""

import re
from collections.abc import Iterator

SHORT = 5
"""Sentences of fewer words may be anybody's: "Never invent anything"."""
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?:]\s|\n")


class Confidential:
    """Reads along with one answer."""

    def __init__(self, instructions: str) -> None:
        self._sentences = [f" {' '.join(words)} " for words in _sentences(instructions)]
        self._keep = max((len(sentence) for sentence in self._sentences), default=0)
        self._written = " "

    def reveals(self, piece: str) -> bool:
        """Whether a sentence of the instructions is complete with this piece, the next one of the answer."""
        self._written += "".join(f"{word} " for word in _words(piece))
        found = any(sentence in self._written for sentence in self._sentences)
        self._written = self._written[-self._keep - len(piece) :]
        return found


def _sentences(text: str) -> Iterator[list[str]]:
    return (words for part in _SENTENCE.split(text) if len(words := _words(part)) >= SHORT)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
