"""What of a caller's words counts: not what is taken back, nor what is refused. Pure."""

import re
from dataclasses import dataclass

from parley import languages
from parley.languages.said import plain

# A point within an address, or between figures, parts nothing; nor does a hyphen between letters.
_PIECES = re.compile(
    r"[,;!?…¿¡]+(?:\s+|$)|(?<!\d)[.:]+(?:\s+|$)|(?<=\d)[.:]+(?:\s+(?![\da-zäöü])|$)|\s[–—-]\s"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """The words of a text, as they are written."""

    text: str
    refused: str = ""
    """What was refused: "not P"."""


def meant(text: str, language: str = languages.DEFAULT) -> Meant:
    """Part what counts of a text from what does not: "Five, no, six, not nine" means six."""
    known = languages.get(language)
    kept: list[str] = []
    refused: list[str] = []
    for piece in filter(None, (p.strip(" ¿¡") for p in _PIECES.split(text))):
        rest, denied = _without(piece, known.no, known.numerals.wrong)
        refusing = known.telling.refusing.begin(plain(piece)) and not known.no.begin(plain(piece))
        if refusing:
            told, wanted = _turned(piece, language)
            refused.append(told)
            kept = [wanted] if wanted else kept
            continue
        if denied:
            kept = []
        if refused:  # "not N, but M"
            rest, _ = _without(rest, known.choices.wanting)
        wanted, told = _split(rest, language)
        refused += [told] if told else []
        kept += [wanted] if wanted else []
    return Meant(", ".join(kept), " ".join(refused))


def _without(piece: str, *groups: languages.Phrases) -> tuple[str, bool]:
    """A piece without what of some phrases it begins with, and whether it began so."""
    found = False
    while match := next((m for g in groups if (m := g.begin(piece.lower()))), None):
        piece, found = piece[match.end() :].lstrip(" ,.-–—"), True
    return piece, found


def _turned(piece: str, language: str) -> tuple[str, str]:
    """What is refused at the beginning of a piece, and what is wanted in its place: "not the fourth but the fifth"."""
    known = languages.get(language)
    match = known.telling.refusing.begin(piece.lower())
    rest = piece[match.end() :].strip() if match else piece
    words = rest.split()
    for at in range(1, len(words)):
        left = " ".join(words[at:])
        if wanting := known.choices.wanting.begin(left.lower()):
            return " ".join(words[:at]), left[wanting.end() :].strip()
    return rest, ""


def _split(piece: str, language: str) -> tuple[str, str]:
    """What is wanted at the beginning of a piece, and what is refused after it: "B not P"."""
    refusing = languages.get(language).telling.refusing
    words = piece.split()
    for at in range(1, len(words)):
        left = " ".join(words[at:])
        if match := refusing.begin(left.lower()):
            told = left[match.end() :].strip()
            # "Montag kann ich nicht": what stands before is refused.
            return (" ".join(words[:at]), told) if told else ("", piece)
    return piece, ""
