"""Headings, paragraphs and tables from the lines of a page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.knowledge.reading.blocks import Block, Heading, Item, Paragraph, Table, has_digit, is_sentence
from agent.knowledge.reading.facts.context import is_bare_word, is_value, paired_values
from agent.knowledge.reading.facts.questions import is_marked
from agent.knowledge.reading.readers.pdf_lines import Line, Piece, Ruled
from agent.knowledge.reading.readers.plain import BULLET
from agent.knowledge.reading.words import of_any

_LARGER = 1.12
"""Times the usual size from which a line is a heading."""
_HEADING_WORDS = 14
_FULL = 0.93
"""Part of its column's width that a line and the next one's first word must have for having been broken there."""
_INDENT = 4.0
"""Times the font's size that lines of a column may begin apart."""
_APART = 1.0
"""Times the font's size between two lines: another paragraph."""
_PAGE_NUMBER = re.compile(
    rf"^(?:{of_any('page').pattern}\s*)?[-–]?\s*\d{{1,4}}(?:\s*(?:/|{of_any('of').pattern})\s*\d{{1,4}})?\s*[-–]?$",
    re.IGNORECASE,
)
_CENTRE = 2.0
_NUMBER_END = re.compile(
    rf"[\d€$£%]\s*$|\b(?:EUR|USD|CHF|{of_any('money').pattern}|{of_any('hour').pattern})$"
)


@dataclass(frozen=True, slots=True)
class Fonts:
    """What is usual in a document, from which headings stand out."""

    size: float
    bold: bool
    larger: tuple[float, ...]
    """Sizes of headings, the largest first."""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Fonts":
        """What the letters of all lines say."""
        sizes: Counter[tuple[float, bool]] = Counter()
        for line in lines:
            sizes[round(line.size, 1), line.bold] += len(line.text)
        if not sizes:
            return cls(0.0, False, ())
        (usual, bold), _ = sizes.most_common(1)[0]
        return cls(usual, bold, tuple(sorted({s for s, _ in sizes if s > _LARGER * usual}, reverse=True)))

    def level(self, line: Line) -> int | None:
        """The level of a heading; None for other lines."""
        if len(line.text.split()) > _HEADING_WORDS or is_value(line.text) or BULLET.match(line.text):
            return None
        if (size := round(line.size, 1)) in self.larger:
            return self.larger.index(size) + 1
        if line.bold and not self.bold and not is_sentence(line.text) and not has_digit(line.text):
            return len(self.larger) + 1
        return None


def blocks_of(rows: Sequence[Sequence[Piece]], fonts: Fonts) -> list[Block]:
    """Blocks of a page's rows."""
    blocks: list[Block] = []
    place = 0
    while place < len(rows):
        end = place
        while end < len(rows) and (_is_row(rows[end]) or _is_title(rows, end, place)):
            end += 1
        if end > place:
            blocks += _tables([[p for p in row if isinstance(p, Line)] for row in rows[place:end]])
        elif isinstance(piece := rows[place][0], Ruled):
            blocks.append(piece.table)
            end += 1
        else:
            while end < len(rows) and not _is_row(rows[end]) and isinstance(rows[end][0], Line):
                end += 1
            blocks += _text([row[0] for row in rows[place:end] if isinstance(row[0], Line)], fonts)
        place = end
    return blocks


def _is_row(row: Sequence[Piece]) -> bool:
    return len(row) > 1


def _is_title(rows: Sequence[Sequence[Piece]], place: int, begun: int) -> bool:
    """Whether a line alone stands between rows of a table, at their beginning."""
    return (
        begun < place < len(rows) - 1
        and _is_row(rows[place - 1])
        and _is_row(rows[place + 1])
        and isinstance(rows[place][0], Line)
        and abs(rows[place][0].x0 - rows[place + 1][0].x0) < _CENTRE
    )


def _tables(rows: Sequence[Sequence[Line]]) -> list[Block]:
    """A table of rows that stand beneath each other; lists of prices in two columns become one."""
    pairs = [paired_values([line.text for line in row]) for row in rows]
    if max(map(len, rows)) > 2 and all(pairs):
        return [Table(tuple(row[n] for n in range(max(map(len, pairs))) for row in pairs if len(row) > n))]
    widest = max(rows, key=len)
    cells: list[list[str]] = []
    for row in rows:
        texts = [""] * len(widest)
        for line in row:
            # Texts stand at their column's left, numbers at its right.
            away = [min(abs(other.x0 - line.x0), abs(other.x1 - line.x1)) for other in widest]
            at = away.index(min(away))
            texts[at] = f"{texts[at]} {line.text}".strip()
        cells.append(texts)
    return [Table(tuple(map(tuple, cells)))]


def _text(lines: Sequence[Line], fonts: Fonts) -> list[Block]:
    """Headings and paragraphs of lines beneath each other."""
    blocks: list[Block] = []
    before: Line | None = None
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if _PAGE_NUMBER.match(line.text):
            continue
        level = fonts.level(line)
        if level is None and (before is None or is_sentence(before.text)) and _is_label(line, following):
            level = len(fonts.larger) + 2
        text = BULLET.sub("", line.text)
        last = blocks[-1] if blocks else None
        if level is not None:
            blocks.append(Heading(level, text))
        elif (
            before is not None
            and isinstance(last, (Paragraph, Item))
            and _goes_on(before, line, _right(before, lines))
        ):
            joined = last.text[:-1] + text if _is_hyphenated(last.text, text) else f"{last.text} {text}"
            blocks[-1] = Paragraph(joined) if isinstance(last, Paragraph) else Item(joined, last.depth)
        elif text != line.text:
            blocks.append(Item(text, 1))
        else:
            blocks.append(Paragraph(text))
        before = line if level is None else None
    return blocks


def _is_label(line: Line, following: Line | None) -> bool:
    """Whether a line of a word or two is what the lines below are about, and not one of their kind."""
    if (
        following is None
        or BULLET.match(line.text)
        or is_value(following.text)
        or following.text[0].islower()
    ):
        return False
    return is_bare_word(line.text) and not is_bare_word(following.text)


def _right(line: Line, lines: Sequence[Line]) -> float:
    """Where the column of a line ends: at its widest line."""
    return max(other.x1 for other in lines if abs(other.x0 - line.x0) < _INDENT * line.size)


def _goes_on(line: Line, following: Line, right: float) -> bool:
    """Whether a line's sentence goes on in the next one."""
    if (
        BULLET.match(following.text)
        or is_marked(following.text)
        or following.top - line.bottom > _APART * line.size
    ):
        return False
    word = (len(following.text.split()[0]) + 1) * (line.x1 - line.x0) / len(line.text)
    full = line.x1 + word >= _FULL * right
    if is_sentence(line.text) and not full:
        return False
    if following.text[0].islower():
        return not is_sentence(line.text) or full
    return (
        full and not _NUMBER_END.search(line.text) and (is_sentence(line.text) or len(line.text.split()) > 5)
    )


def _is_hyphenated(text: str, following: str) -> bool:
    return text.endswith("-") and not text.endswith(" -") and following[0].islower()
