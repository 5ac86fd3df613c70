"""Tables of pages."""

from bs4 import Tag

from agent.knowledge.reading.blocks import Table, clean, joined_lines
from agent.knowledge.reading.readers.web_clean import line_of

_MAX_SPAN = 100
"""Columns or rows that a cell may fill; numbers beyond are mistakes, or meant to do harm."""
_PROSE_WORDS = 40
"""A cell with more is no cell of a table of facts."""


def is_layout(table: Tag) -> bool:
    """Whether a table only places what is in it."""
    if table.get("role") == "presentation" or table.find(["table", "h1", "h2", "h3", "h4"]):
        return True
    rows = [row.find_all(["td", "th"]) for row in table.find_all("tr")]
    return max(map(len, rows), default=0) < 2 or any(
        len(cell.get_text().split()) > _PROSE_WORDS for row in rows for cell in row
    )


def table_of(table: Tag) -> list[Table]:
    """A table as rows of equal length; none when it is empty."""
    rows = table.find_all("tr")
    if not rows:
        return []
    caption = table.find("caption")
    grid = _grid(rows)
    width = max(map(len, grid))
    return [
        Table(
            tuple(tuple(row.get(column, "") for column in range(width)) for row in grid),
            _headings(rows),
            clean(line_of(caption)) if isinstance(caption, Tag) else "",
        )
    ]


def _grid(rows: list[Tag]) -> list[dict[int, str]]:
    """Texts by column; one that fills several stands in each."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.find_all(["td", "th"]):
            while column in grid[number]:
                column += 1
            text = _text(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for below in grid[number : number + down]:
                below.update({column + n: text for n in range(across)})
            column += across
    widths = max((max(row, default=-1) + 1 for row in grid), default=0)
    return [row or {0: ""} for row in grid] if widths else [{0: ""} for _ in grid]


def _text(cell: Tag) -> str:
    items = cell.find_all("li")
    return ", ".join(clean(line_of(item)) for item in items) if items else joined_lines(line_of(cell))


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return max(1, min(int(value), _MAX_SPAN)) if value.isdecimal() else 1


def _headings(rows: list[Tag]) -> int | None:
    """How many rows at the top are headings: those of th, or in bold; None when the page does not say."""
    count = 0
    for row in rows:
        cells = [cell for cell in row.find_all(["td", "th"]) if cell.get_text(strip=True)]
        if not (row.find_parent("thead") or (cells and all(map(_is_heading, cells)))):
            break
        count += 1
    return count if 0 < count < len(rows) else None


def _is_heading(cell: Tag) -> bool:
    bold = "".join(tag.get_text(strip=True) for tag in cell.find_all(["b", "strong"]))
    return cell.name == "th" or bold == cell.get_text(strip=True)
