"""Tables that are files: XLSX by openpyxl (MIT), and CSV by the standard library."""

import csv
import datetime
import io
import re
from collections.abc import Iterator

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from agent.knowledge.reading.blocks import Block, Heading, Table, Unreadable, clean
from agent.knowledge.reading.readers.encoding import text_of
from agent.knowledge.reading.words import of_any

_SIGN = re.compile(r"[€$£¥]|\b(?:EUR|USD|CHF|GBP)\b")
_QUOTED = re.compile(r"\[\$([^\-\]]*)[^\]]*\]|\"([^\"]*)\"")
_NAMELESS = re.compile(rf"^{of_any('sheet').pattern}\s?\d*$", re.IGNORECASE)
_DELIMITERS = ",;\t|"
_PROBE = 50
"""Rows that decide about the delimiter."""
_WIDEST = 200
"""Columns that are looked at: what stands further right is rather a slip than a table."""

_Grid = dict[tuple[int, int], str]


def read_csv(data: bytes) -> list[Block]:
    """The table of a CSV file, whatever parts its cells."""
    text = text_of(data)
    first, _, rest = text.partition("\n")
    told = re.match(r"sep=(.)\s*$", first)  # Excel's way to name it
    text, delimiter = (rest, told[1]) if told else (text, _delimiter(text))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return list(_parted([[clean(cell) for cell in row] for row in rows]))


def read_xlsx(data: bytes) -> list[Block]:
    """The tables of a workbook's visible sheets, with the values that formulas had when it was saved."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    blocks: list[Block] = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and (tables := list(_parted(_rows(sheet)))):
            blocks += [] if _NAMELESS.match(sheet.title) else [Heading(1, clean(sheet.title))]
            blocks += tables
    if not blocks and _has_formulas(data):
        raise Unreadable("has formulas without values: open it in a spreadsheet program and save it")
    return blocks


def _delimiter(text: str) -> str:
    """That which gives most rows the same number of columns; csv.Sniffer is misled by quotes and by prices."""

    def fits(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=delimiter)
        widths = [len(row) for row, _ in zip(rows, range(_PROBE), strict=False) if row]
        usual = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=fits)


def _parted(rows: list[list[str]]) -> Iterator[Table]:
    """Tables between empty rows."""
    part: list[tuple[str, ...]] = []
    for row in [*rows, []]:
        if any(row):
            part.append(tuple(row))
        elif part:
            width = max(map(len, part))
            yield Table(tuple(r + ("",) * (width - len(r)) for r in part))
            part = []


def _rows(sheet: Worksheet) -> list[list[str]]:
    # _cells has those that are there; to go through all rows would make a million where one stands at the end.
    cells: _Grid = {
        place: text
        for place, cell in sheet._cells.items()
        if place[1] <= _WIDEST and isinstance(cell, Cell) and (text := _shown(cell))
    }
    for merged in sheet.merged_cells.ranges:
        text = cells.get((merged.min_row, merged.min_col), "")
        # One that goes down only widens its row, and one that goes right is a heading of all below.
        if text and merged.size["rows"] * merged.size["columns"] <= _WIDEST:
            cells.update({place: text for row in merged.rows for place in row})
    if not cells:
        return []
    last, width, rows = 0, max(column for _, column in cells), []
    for number in sorted({row for row, _ in cells}):
        rows += [[""]] if last and number > last + 1 else []
        rows.append([cells.get((number, column), "") for column in range(1, width + 1)])
        last = number
    return rows


def _shown(cell: Cell) -> str:
    """What a reader of the sheet sees, about."""
    value = cell.value
    shown = ""
    match value:
        case bool():
            shown = "✓" if value else ""
        case int() | float():
            shown = _number(value, str(cell.number_format or ""))
        case datetime.datetime():
            shown = f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
        case datetime.date():
            shown = value.isoformat()
        case datetime.time():
            shown = f"{value:%H:%M}"
        case datetime.timedelta():
            shown = f"{value.total_seconds() / 3600:g} h"
        case str() if cell.data_type != "e":  # an error instead of a value says nothing
            shown = clean(value)
    return shown


def _number(value: float, form: str) -> str:
    form = form.split(";", maxsplit=1)[0]
    if "%" in form:
        return f"{round(value * 100, 2):g} %"
    marks = "".join(a or b for a, b in _QUOTED.findall(form)) + _QUOTED.sub("", form)
    sign = _SIGN.search(marks)
    whole = float(value).is_integer()
    decimals = 2 if sign and not whole else None
    number = f"{value:.{decimals}f}" if decimals else f"{value:.0f}" if whole else f"{round(value, 6):.10g}"
    if sign is None:
        return number
    before = sign[0] in "$£¥" and not form.rstrip().endswith(sign[0])
    return f"{sign[0]}{number}" if before else f"{number} {sign[0]}"


def _has_formulas(data: bytes) -> bool:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )
