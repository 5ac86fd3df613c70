"""How much a text message (SMS) holds: of GSM's 7-bit alphabet (3GPP TS 23.038, 6.2.1), else of UCS-2, alone or as one
of several parts that the telephone joins (3GPP TS 23.040, 9.2.3.24.1). Pure.
"""

from collections.abc import Iterable

from parley.telephone.pieces import pieces

MOST_PARTS = 6
"""Of a message: 918 characters, or 402 in UCS-2. Providers take ten, and charge for each."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Take the room of two: an escape comes before them."""
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‹›", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—", "-"),
        **dict.fromkeys("\t\u00a0\u2009\u202f", " "),
        "…": "...",
    }
)
"""One of these would bring all of a message into UCS-2, with half the room."""
_ALONE, _JOINED = 160, 153
"""Septets of a message that stands alone, and of a part: a header of 6 octets is in front of it..."""
_WIDE_ALONE, _WIDE_JOINED = 70, 67
"""... and the same in characters of UCS-2."""


def messages(text: str) -> list[str]:
    """A text in messages of at most MOST_PARTS parts, with plain marks in place of typographic ones."""
    return pieces(text.translate(_ALIKE), _fitting)


def parts(message: str) -> int:
    """How many parts a message is sent in; each costs as much as a message."""
    plain = _is_plain(message)
    widths = _septets(message) if plain else _units(message)
    alone, joined = (_ALONE, _JOINED) if plain else (_WIDE_ALONE, _WIDE_JOINED)
    if sum(widths) <= alone:
        return 1
    count, room = 1, joined
    for width in widths:
        if width > room:  # an escape and what it stands before are not torn apart, nor is a surrogate pair
            count, room = count + 1, joined
        room -= width
    return count


def _is_plain(text: str) -> bool:
    return all(c in _BASIC or c in _EXTENDED for c in text)


def _septets(text: str) -> list[int]:
    return [2 if c in _EXTENDED else 1 for c in text]


def _units(text: str) -> list[int]:
    return [2 if c > "\uffff" else 1 for c in text]


def _fitting(text: str) -> int:
    """How many of its first characters make a message of MOST_PARTS parts."""
    plain = next((place for place, c in enumerate(text) if not _is_plain(c)), len(text))
    fit = _filled(_septets(text[:plain]), _JOINED)
    return fit if fit < plain else max(plain, _filled(_units(text), _WIDE_JOINED))


def _filled(widths: Iterable[int], joined: int) -> int:
    """How many characters of these widths have room in MOST_PARTS parts."""
    count, left, room = 0, MOST_PARTS, joined
    for width in widths:
        if width > room:
            left, room = left - 1, joined
            if not left:
                break
        count, room = count + 1, room - width
    return count
