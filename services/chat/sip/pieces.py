"""A long text in pieces that one SIP message can carry. Pure."""

from parley.telephone import pieces as split

MOST_BYTES = 1000
"""RFC 3428, 8: a request of more than 1300 bytes must not go by UDP; the headers need the rest."""


def pieces(text: str) -> list[str]:
    """Split a text between sentences, where that is possible; only spaces are lost."""
    return split.pieces(text, _fitting)


def _fitting(text: str) -> int:
    return len(text.encode()[:MOST_BYTES].decode(errors="ignore"))
