"""A long text in pieces, each of which fits somewhere. Pure."""

from collections.abc import Callable

_ENDS = (". ", "! ", "? ", "\n")


def pieces(text: str, fitting: Callable[[str], int]) -> list[str]:
    """Split a text at the ends of its sentences, else between words, else anywhere; only spaces are lost.

    `fitting` tells how many of a text's first characters fit, one at least.
    """
    found = []
    while (most := fitting(text)) < len(text):
        end = max(text.rfind(mark, 0, most) + 1 for mark in _ENDS)
        end = end or text.rfind(" ", 0, most + 1)
        end = end if end > 0 else most
        found.append(text[:end].strip())
        text = text[end:].strip()
    return [piece for piece in (*found, text) if piece]
