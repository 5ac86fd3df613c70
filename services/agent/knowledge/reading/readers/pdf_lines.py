"""Lines of a page from its words, in the order in which they are read: columns after each other."""

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.knowledge.reading.blocks import Table, clean

_GAP = 1.5
"""Times the font's size: a gap that is more than a space, also in justified text."""
_LEADER = re.compile(r"\s*(?:(?:\.\s?){4,}|…{2,}|_{4,}|(?:·\s?){4,})\s*")
_SAME_LINE = 0.4
"""Times the font's size: how far apart the feet of words in a line are."""
_SIDE = 4
"""Fewest lines, and words in half of them, on each side of a gutter: what is less is rather a table."""
_CROSSING = 0.2
"""Share of the lines that may go over a gutter: headings, and what stands above columns."""
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """Words without a gap between them; places in points, from the page's left and top."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with lines."""

    x0: float
    top: float
    x1: float
    bottom: float
    table: Table


Piece = Line | Ruled


def lines_of(words: Sequence[dict[str, Any]]) -> list[Line]:
    """Lines of pdfplumber's words, cut at wide gaps."""
    lines: list[Line] = []
    for row in _rows(words):
        begun = 0
        for place in range(1, len(row) + 1):
            wide = place < len(row) and row[place]["x0"] - row[place - 1]["x1"] > _GAP * row[place]["size"]
            if wide or place == len(row):
                lines += _line(row[begun:place])
                begun = place
    return lines


def in_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by rows from top to bottom, those of a column before those of the next one."""
    gutter = _gutter(pieces)
    if gutter is None:
        return list(_in_rows(pieces))
    rows: list[list[Piece]] = []
    band: list[Piece] = []
    for piece in [*sorted(pieces, key=lambda p: p.top), None]:
        if piece is not None and not piece.x0 < gutter < piece.x1:
            band.append(piece)
            continue
        for side in ([p for p in band if p.x1 <= gutter], [p for p in band if p.x0 >= gutter]):
            rows += in_order(side)
        rows += [[piece]] if piece is not None else []
        band = []
    return rows


def _rows(words: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    row: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda w: (w["bottom"], w["x0"])):
        if row and word["bottom"] - row[0]["bottom"] > _SAME_LINE * word["size"]:
            yield sorted(row, key=lambda w: w["x0"])
            row = []
        row.append(word)
    if row:
        yield sorted(row, key=lambda w: w["x0"])


def _line(words: Sequence[dict[str, Any]]) -> Iterator[Line]:
    size = statistics.median(w["size"] for w in words)
    bold = all(_BOLD.search(str(w["fontname"])) for w in words)
    top, bottom = min(w["top"] for w in words), max(w["bottom"] for w in words)
    left, right = words[0]["x0"], words[-1]["x1"]
    parts = [part for part in _LEADER.split(clean(" ".join(w["text"] for w in words))) if part]
    for number, part in enumerate(parts):
        # Dots lead from a name to its price: two cells, the second at the right end.
        first = number == 0
        yield Line(left if first else right - 1, top, right if len(parts) == 1 or not first else left + 1, bottom,
                   part, size, bold)  # fmt: skip


def _in_rows(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.bottom, p.x0)):
        alone = isinstance(piece, Ruled) or (row and isinstance(row[0], Ruled))
        if row and (
            alone or not isinstance(piece, Line) or piece.bottom - row[0].bottom > _SAME_LINE * piece.size
        ):
            yield sorted(row, key=lambda p: p.x0)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda p: p.x0)


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where a page's columns of text part, if it has some."""
    lines = [p for p in pieces if isinstance(p, Line)]
    if len(lines) < 2 * _SIDE:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    best: tuple[int, float] | None = None
    for x in sorted({line.x1 + 1 for line in lines}):
        if not left + 0.2 * (right - left) < x < right - 0.2 * (right - left):
            continue
        crossing = sum(line.x0 < x < line.x1 for line in lines)
        sides = [line for line in lines if line.x1 <= x], [line for line in lines if line.x0 >= x]
        prose = all(
            len(side) >= _SIDE and statistics.median(len(line.text.split()) for line in side) >= _SIDE
            for side in sides
        )
        if prose and crossing <= _CROSSING * len(lines) and (best is None or crossing < best[0]):
            best = (crossing, x)
    return best[1] if best else None
