"""Pages, and what other formats become on their way here.

selectolax (MIT, over lexbor) puts a page right as browsers do: cells and items need no end. beautifulsoup4 (MIT) then
keeps whatever it holds. Readers that look for a page's main text (trafilatura, readability) leave out short lines and
prices, which are what callers ask for, and bring lxml.
"""

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from selectolax.lexbor import LexborHTMLParser

from agent.knowledge.reading.blocks import (
    Block,
    Heading,
    Item,
    Paragraph,
    Table,
    clean,
    has_digit,
    is_sentence,
    joined_lines,
)
from agent.knowledge.reading.facts.context import is_value, paired_values
from agent.knowledge.reading.readers.encoding import web_text_of
from agent.knowledge.reading.readers.web_clean import INLINE, cleaned, in_line, line_of
from agent.knowledge.reading.readers.web_tables import is_layout, table_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "dl", "menu", "details")
_TERMS = ("dt", "summary")
_ROW_CELLS = range(2, 7)
_ROW_WORDS = 8
"""Most words in a cell of a row that is made of boxes."""


def read(data: bytes) -> list[Block]:
    """Blocks of a page."""
    return blocks_of(web_text_of(data))


def blocks_of(html: str) -> list[Block]:
    """Blocks of HTML."""
    walk = _Walk()
    walk.children(cleaned(BeautifulSoup(LexborHTMLParser(html).html or "", "html.parser")), 0)
    walk.end()
    return walk.blocks


class _Walk:
    """Goes through a page; what stands beside each other in a line is one text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._depth = 0

    def children(self, tag: Tag, depth: int) -> None:
        """Add what is in a tag, `depth` lists deep."""
        for child in tag.children:
            self._child(child, depth)

    def end(self) -> None:
        """End the line."""
        text = joined_lines("".join(self._line))
        self._line = []
        if text:
            self.blocks.append(Item(text, self._depth) if self._depth else Paragraph(text))

    def _child(self, child: PageElement, depth: int) -> None:
        if isinstance(child, Tag) and (child.name not in INLINE or _has_block(child)):
            self.end()
            self._block(child, depth)
            self.end()
        else:
            self._depth = depth
            self._line.append(in_line(child))

    def _block(self, tag: Tag, depth: int) -> None:
        if tag.name in _HEADINGS and not depth:
            if text := clean(line_of(tag)):
                self.blocks.append(Heading(int(tag.name[1]), text))
        elif tag.name == "table" and not is_layout(tag):
            self.blocks += table_of(tag)
        elif tag.name == "li":
            self._item(tag, max(depth, 1))
        elif tag.name in _LISTS:
            self._list(tag, depth + 1)
        elif rows := _rows_of(tag):
            self._rows(rows)
        elif tag.name == "footer":
            # What stands there is not about the last thing above it.
            self.blocks.append(Heading(0, ""))
            self.children(tag, depth)
        else:
            self.children(tag, depth)

    def _item(self, tag: Tag, depth: int) -> None:
        """The first text of an item is the item; what comes after is below it."""
        before = len(self.blocks)
        for child in tag.children:
            self._child(child, depth + (len(self.blocks) > before))

    def _list(self, tag: Tag, depth: int) -> None:
        """The items of a list; what is defined, or unfolded, is below its term."""
        for child in tag.children:
            if isinstance(child, Tag) and child.name == "div" and tag.name == "dl":
                self._list(child, depth)
            else:
                below = tag.name in ("dl", "details", "div") and getattr(child, "name", None) not in _TERMS
                self._child(child, depth + below)

    def _rows(self, rows: list[tuple[str, ...]]) -> None:
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Table) and last.headings is None and len(last.rows[0]) == len(rows[0]):
            self.blocks[-1] = Table((*last.rows, *rows))
        else:
            self.blocks.append(Table(tuple(rows)))


def _has_block(tag: Tag) -> bool:
    return tag.find(lambda t: t.name not in INLINE and t.name != "br") is not None


def _rows_of(tag: Tag) -> list[tuple[str, ...]]:
    """Rows that page builders make of boxes: a few short texts beside each other, and a number; none for other tags."""
    inside = [
        child for child in tag.children if not (isinstance(child, NavigableString) and not child.strip())
    ]
    boxes = [
        child for child in inside if isinstance(child, Tag) and child.name not in ("h1", "h2", "br", "hr")
    ]
    if tag.name == "p" or len(boxes) < 2 or len(boxes) != len(inside) or any(map(_has_block, boxes)):
        return []
    if all(box.name in INLINE for box in boxes) and (len(boxes) > 2 or boxes[0].name != "span"):
        return []
    cells = tuple(clean(line_of(box)) for box in boxes)
    if not all(cell and len(cell.split()) <= _ROW_WORDS and not is_sentence(cell) for cell in cells):
        return []
    if len(cells) in _ROW_CELLS and not any(map(is_value, cells[:1] + cells[2:])):
        return [cells] if has_digit(" ".join(cells[1:])) and not has_digit(cells[0]) else []
    pairs: list[tuple[str, ...]] = [*paired_values(cells)]
    return pairs or ([cells] if len(cells) in _ROW_CELLS and not has_digit(cells[0]) else [])
