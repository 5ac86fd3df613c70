"""PDF, by pdfplumber (MIT, over pdfminer.six): places and fonts of words, and tables by their lines.

pypdf gives text without places, of which no table can be made; PyMuPDF is AGPL; readers that look at pages as pictures
bring models. Protected against printing only is no hindrance: such files open with an empty password.
"""

import io
import re
from collections import Counter

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from agent.knowledge.reading.blocks import Block, Table, Unreadable, clean
from agent.knowledge.reading.readers.pdf_lines import Line, Piece, Ruled, in_order, lines_of
from agent.knowledge.reading.readers.pdf_text import Fonts, blocks_of

_NO_LETTER = re.compile(r"\(cid:\d+\)|\ufffd")
_LONGEST_CELL = 60
"""In words; a frame around a text is no table."""


def read(data: bytes) -> list[Block]:
    """Blocks of a PDF; raise Unreadable for one without text."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            pages = [_pieces(page) for page in document.pages]
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Unreadable("protected by a password; save it without one") from error
        raise
    _check([piece for page in pages for piece in page])
    fonts = Fonts.of([piece for page in pages for piece in page if isinstance(piece, Line)])
    blocks: list[Block] = []
    for page in pages:
        found = blocks_of(in_order(page), fonts)
        blocks[-1:] = _continued(blocks[-1:], found[:1])
        blocks += found[1:]
    return blocks


def _pieces(page: Page) -> list[Piece]:
    tables = [t for t in page.find_tables() if _is_table([[c or "" for c in row] for row in t.extract()])]
    words = [
        word
        for word in page.extract_words(x_tolerance_ratio=0.2, extra_attrs=["size", "fontname"])
        if word["upright"]
        and not any(t.bbox[0] <= (word["x0"] + word["x1"]) / 2 <= t.bbox[2]
                    and t.bbox[1] <= (word["top"] + word["bottom"]) / 2 <= t.bbox[3] for t in tables)
    ]  # fmt: skip
    ruled: list[Piece] = [Ruled(*t.bbox, Table(_filled(t.extract()))) for t in tables]
    page.close()
    return [*lines_of(words), *ruled]


def _is_table(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    return (
        len(rows) > 1
        and len(rows[0]) > 1
        and sum(map(bool, cells)) * 2 >= len(cells)
        and max(len(cell.split()) for cell in cells) <= _LONGEST_CELL
    )


def _filled(rows: list[list[str | None]]) -> tuple[tuple[str, ...], ...]:
    """Rows with the texts of merged cells, which come as None, in headings and in the first column."""
    filled: list[list[str]] = []
    for row in rows:
        cells: list[str] = []
        for column, cell in enumerate(row):
            left = cells[-1] if cells and not filled else ""
            above = filled[-1][0] if filled and not column else ""
            cells.append(left or above if cell is None else clean(cell))
        filled.append(cells)
    return tuple(map(tuple, filled))


def _check(pieces: list[Piece]) -> None:
    text = "".join(p.text if isinstance(p, Line) else "".join(map("".join, p.table.rows)) for p in pieces)
    if not text.strip():
        raise Unreadable(
            "has no text, only pictures (a scan?): run text recognition over it, or write it down"
        )
    strange = len(_NO_LETTER.findall(text))
    if strange * 4 > Counter(c.isspace() for c in _NO_LETTER.sub("?", text))[False]:
        raise Unreadable(
            "its fonts do not say which letters they show: print it to a new PDF, or write it down"
        )


def _continued(last: list[Block], first: list[Block]) -> list[Block]:
    """The last block of a page and the first of the next one; a table may go on there."""
    match last, first:
        case [Table(rows=rows)], [Table(rows=more)] if len(rows[0]) == len(more[0]):
            return [Table(rows + more[more[0] == rows[0] :])]
    return last + first
