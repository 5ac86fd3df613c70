"""What of a caller's words counts: not what is taken back, nor what is refused. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley import languages
from parley.languages.said import made_of, plain
from parley.languages.schema import Language

# A point within an address, or between figures, parts nothing; nor does a hyphen between letters.
_PIECES = re.compile(
    r"[,;!?…¿¡]+(?:\s+|$)|(?<!\d)[.:]+(?:\s+|$)|(?<=\d)[.:]+(?:\s+(?![\da-zäöü])|$)|(?<=\d\d\d)[.:]+\s+"
    r"|\s[–—-]\s"
)
_EDGES = " ,.-–—"


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
    pieces = [p for p in (piece.strip(" ¿¡") for piece in _PIECES.split(_untagged(text, known))) if p]
    for at, piece in enumerate(pieces):
        rest, denied, refusing = _opened(piece, known, [*kept, *pieces[at + 1 :]])
        kept = [] if denied else kept
        if refusing:
            told, wanted = _turned(rest, known)
        else:
            # "Not N, but M", "yes, but M".
            if refused or denied or (at and known.yes.are(plain(pieces[at - 1]))):
                rest = _without_wanting(rest, known)
            wanted, told = _split(rest, known)
        refused += [told] if told else []
        kept = kept if not wanted else [wanted] if refusing else [*kept, wanted]
    return Meant(", ".join(kept), " ".join(refused))


def beside_yes(text: str, language: str) -> str:
    """What is said beside a yes, as it is written: of "Yes, Wednesday please" it is Wednesday; empty: nothing else."""
    known = languages.get(language)
    aside = (
        known.yes,
        known.telling.agreeing,
        known.numerals.around,
        known.telling.around,
        known.goodbye.thanks,
    )
    kept: list[str] = []
    for piece in _PIECES.split(text):
        left = piece.strip(_EDGES)
        # Not of an address: "hello@…".
        while (end := _end(left.lower(), *aside)) and left[end : end + 1] in ("", " ", ","):
            left = left[end:].lstrip(_EDGES)
        kept += [left] if left else []
    return ", ".join(kept)


def _untagged(text: str, known: Language) -> str:
    """A text without the no at its end that only asks to be agreed with: "El miércoles, ¿no?"."""
    before, comma, tag = text.strip().rpartition(",")
    return before if comma and tag.endswith("?") and known.no.are(plain(tag)) else text


def _opened(piece: str, known: Language, others: Sequence[str]) -> tuple[str, bool, bool]:
    """A piece without the no that it begins with; whether it began so, and whether what follows is refused.

    `others` are the pieces beside it: the kept ones before and those after it.
    """
    denied = either = False
    left = _led(piece, known)
    while True:
        said = left.lower()
        refusing = _end(said, known.telling.refusing)
        denying = _end(said, known.no, known.telling.nearly)
        if refusing > denying:
            return left, denied, True
        # Spanish has one word for both: "no el martes, el miércoles", and "no, el miércoles".
        either |= refusing > 0
        end = denying or _end(said, known.numerals.wrong)
        if not end:
            break
        left, denied = left[end:].lstrip(_EDGES), True
    around = (known.telling.around, known.numerals.around, known.yes, known.goodbye.thanks)
    instead = any(not made_of(plain(other), known.no, *around) for other in others)
    if either and left and instead:
        return piece, False, True
    return left, denied, False


def _end(said: str, *groups: languages.Phrases) -> int:
    """Where the longest of some phrases ends that a text begins with; 0: none."""
    return max(match.end() if (match := group.begin(said)) else 0 for group in groups)


def _led(piece: str, known: Language) -> str:
    """A piece without what stands before a no: "Oh no, the fifth", "it is not the fourth"."""
    left = piece
    while aside := known.numerals.around.begin(left.lower()):
        left = left[aside.end() :].lstrip(_EDGES)
        if any(
            group.begin(left.lower()) for group in (known.no, known.telling.nearly, known.telling.refusing)
        ):
            return left
    return piece


def _without_wanting(piece: str, known: Language) -> str:
    while match := known.choices.wanting.begin(piece.lower()):
        piece = piece[match.end() :].lstrip(_EDGES)
    return piece


def _turned(piece: str, known: Language) -> tuple[str, str]:
    """What is refused at the beginning of a piece, and what is wanted in its place: "not the fourth but the fifth"."""
    match = known.telling.refusing.begin(piece.lower())
    rest = piece[match.end() :].strip() if match else piece
    words = rest.split()
    for at in range(1, len(words)):
        left = " ".join(words[at:])
        if wanting := known.choices.wanting.begin(left.lower()):
            return " ".join(words[:at]), left[wanting.end() :].strip()
    return rest, ""


def _split(piece: str, known: Language) -> tuple[str, str]:
    """What is wanted at the beginning of a piece, and what is refused after it: "B not P"."""
    words = piece.split()
    for at in range(1, len(words)):
        left = " ".join(words[at:])
        if match := known.telling.refusing.begin(left.lower()):
            told = left[match.end() :].strip()
            # "Montag kann ich nicht": what stands before is refused.
            return (" ".join(words[:at]), told) if told else ("", piece)
        if known.no.are(plain(left)):  # "Tuesday is wrong"
            return "", piece
    return piece, ""
