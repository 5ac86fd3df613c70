"""A long text in pieces that one SIP message can carry. Pure."""

MOST_BYTES = 1000
"""RFC 3428, 8: a request of more than 1300 bytes must not go by UDP; the headers need the rest."""


def pieces(text: str) -> list[str]:
    """Split a text at the ends of its sentences, else between words, else anywhere; only spaces are lost."""
    found = []
    while len(text.encode()) > MOST_BYTES:
        most = len(text.encode()[:MOST_BYTES].decode(errors="ignore"))
        end = max(text.rfind(mark, 0, most) + 1 for mark in (". ", "! ", "? ", "\n"))
        end = end or text.rfind(" ", 0, most + 1)
        end = end if end > 0 else most
        found.append(text[:end].strip())
        text = text[end:].strip()
    return [piece for piece in (*found, text) if piece]
