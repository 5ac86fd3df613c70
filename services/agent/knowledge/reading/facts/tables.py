"""Rows of tables as facts that can be spoken: "Cleaning costs 89 €, duration 45 min."."""

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.knowledge.reading.blocks import Table, has_digit, is_sentence
from agent.knowledge.reading.words import of_any
from parley import languages

Row = tuple[str, ...]

_NOTHING = ("", "-", "–", "—", "n/a", "✗", "✘", "☒", "❌")
_YES = ("✓", "✔", "☑", "✅")
_UNIT = re.compile(
    r"^(.+?)\s*(?:[(\[]\s*(?:in\s+)?([^\d()\[\]]{1,8}?)\s*[)\]]|\b(?:in|/)\s+(€|\$|£|EUR|USD|CHF|GBP))$"
)
_BARE = re.compile(rf"^(?:{of_any('about').pattern}\s+)?[\d.,\s–-]+$")
_LONGEST_TITLE = 60
_LONGEST_HEADING = 60
_MAX_CHARS = 200
"""Longest fact that is made of a row; a wide table's rows become several, each with its name."""


def facts_of(table: Table) -> Iterator[tuple[str, str]]:
    """Facts of a table's rows, each with the title above it within the table."""
    rows = _tidy(table.rows)
    if not rows:
        return
    if len(rows[0]) == 1:
        yield from ((table.caption, row[0]) for row in rows)
        return
    title, headings, body = _head(rows, table)
    names = _name_column(body)
    section, above = "", body[:0]
    for row, following in zip(body, [*body[1:], ()], strict=True):
        if _is_title(row):
            heads = len(set(filter(None, following))) > 1 and len(row[0]) <= _LONGEST_TITLE
            section = row[0] if heads and not is_sentence(row[0]) else ""
            if not section:
                yield title, row[0]
            continue
        # A name counts for the rows below that have none.
        named = row if row[names] or not above else (*row[:names], above[-1][names], *row[names + 1 :])
        above = [named]
        for text in _facts(named, names, headings):
            # The same name may stand in several sections: "Adults, Cleaning costs 89 €".
            yield title, f"{section}, {text}" if section else text


def head_of(table: Table) -> tuple[Row, list[Row]]:
    """Headings of a table's columns, empty for none, and the rows below."""
    rows = _tidy(table.rows)
    _, headings, body = _head(rows, table) if rows else ("", (), [])
    return headings, body


def _tidy(rows: Sequence[Row]) -> list[Row]:
    """Rows and columns that have something in them."""
    kept = [column for column in range(len(rows[0])) if any(row[column] for row in rows)] if rows else []
    tidy = [tuple(row[column] for column in kept) for row in rows]
    return [row for row in tidy if any(row)]


def _head(rows: list[Row], table: Table) -> tuple[str, Row, list[Row]]:
    """Title and headings at the top of a table, and what is below."""
    title, count = table.caption, table.headings
    while len(rows) > 1 and _is_title(rows[0]):
        title = ", ".join(filter(None, (title, rows[0][0])))
        rows, count = rows[1:], count and count - 1
    if count is None:
        count = _guessed(rows)
    return title, _merged(rows[:count]), rows[count:]


def _is_title(row: Row) -> bool:
    """Whether a row has one text only, at its beginning or across all of it."""
    return len(set(filter(None, row))) == 1 and bool(row[0]) and (not any(row[1:]) or all(row))


def _guessed(rows: list[Row]) -> int:
    """How many rows at the top are headings, where nothing says so: labels without numbers, above numbers."""
    count = 0
    for row in rows[:3]:
        labels = [cell for cell in row if cell]
        several = len(set(labels)) < len(labels) or len(labels) < len(row)
        if not labels or any(has_digit(c) or is_sentence(c) or len(c) > _LONGEST_HEADING for c in labels):
            break
        count += 1
        if not several:
            break
    below = rows[count:]
    return count if below and _differs(rows[:count], below) else 0


def _differs(head: list[Row], below: list[Row]) -> bool:
    """Whether rows are of another kind than labels above: they have numbers, or are more than a name and a value."""
    if not head:
        return False
    numbers = sum(has_digit(" ".join(row)) for row in below) * 2 > len(below)
    return numbers or (len(head[0]) > 2 and all(head[0]) and len(set(head[0])) == len(head[0]))


def _merged(rows: list[Row]) -> Row:
    """One heading for each column, from one or more rows of them; a unit goes to the end."""
    return tuple(_heading(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True))


def _heading(parts: Iterable[str]) -> str:
    units = [unit[2] or unit[3] for part in parts if (unit := _UNIT.match(part))]
    label = " ".join(_UNIT.sub(r"\1", part) for part in parts)
    return f"{label} ({units[0]})" if units else label


def _name_column(body: list[Row]) -> int:
    """The first column of words: what the rows are about; others before it are numbers of articles."""
    for column in range(len(body[0]) if body else 0):
        cells = [row[column] for row in body if row[column]]
        if sum(any(c.isalpha() for c in cell) for cell in cells) * 2 > len(cells):
            return column
    return 0


def _facts(row: Row, names: int, headings: Row) -> Iterator[str]:
    name, fact = row[names], ""
    for column, cell in enumerate(row):
        if cell == name or cell.lower() in _NOTHING:
            continue
        part = _part(headings[column] if headings else "", cell)
        longer = f"{fact}, {part}" if fact else _begun(name, part, headings[column] if headings else "")
        if fact and len(longer) > _MAX_CHARS:
            yield fact
            longer = _begun(name, part, headings[column] if headings else "")
        fact = longer
    yield fact or name


def _begun(name: str, part: str, heading: str) -> str:
    verb = _verb(heading)
    value = part.removeprefix(_UNIT.sub(r"\1", heading)).strip()
    if verb and name and has_digit(value):
        return f"{name} {verb} {value}"
    return f"{name}: {part}" if name else part


def _verb(heading: str) -> str:
    label = _UNIT.sub(r"\1", heading)
    return next((known.files.costs for known in languages.every() if known.files.price.are(label)), "")


def _part(heading: str, cell: str) -> str:
    if cell in _YES:
        return heading or cell
    unit = _UNIT.match(heading)
    if unit and _BARE.match(cell):
        heading, cell = unit[1], f"{cell} {unit[2] or unit[3]}"
    elif unit:
        heading = unit[1]
    return f"{heading} {cell}".strip()
