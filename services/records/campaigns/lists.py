"""Who is to be called: a campaign's list, as CSV, as the first sheet of an XLSX file, or row by row. Pure.

It has a header; the columns `number` and `consent` are needed, all others are variables.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl

from parley.telephone import numbers
from parley.telephone.numbers import TO
from records.campaigns.plan import Row

MOST_ROWS = 100_000
MOST_UNPACKED = 40_000_000
"""Bytes of an XLSX file once it is unpacked: a small one may hold gigabytes (CWE-409)."""
_LAST = 1_048_576
"""The last row that a sheet can have; a file may say anything."""
MOST_TOLD = 20
"""Errors of a list that are told, the first ones."""
_NEEDED = ("number", "consent")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_VARIABLES, _LONGEST = 20, 200
_NO = {"", "no", "nein", "false", "0", "-"}
"""What a list's column `consent` has where nobody has agreed to anything."""
_CONTROL = re.compile(r"[\x00-\x1f]")
_ZIP = b"PK\x03\x04"
"""What an XLSX file begins with."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong with a list."""

    line: int
    """From 1, as a spreadsheet counts; 0: it is the whole list."""
    reason: str
    column: str = ""
    """Empty: it is the line."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


class WrongList(ValueError):
    """What is wrong with a campaign's list."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__("; ".join(map(str, wrong)))
        self.wrong = wrong


def read_file(data: bytes, country: str) -> list[Row]:
    """Read a list, XLSX or CSV; raise WrongList. `country`: of numbers without one, see Plan."""
    if data.startswith(_ZIP):
        return read_xlsx(data, country)
    try:
        return read_csv(data.decode(), country)
    except UnicodeDecodeError as error:
        raise WrongList(Wrong(0, "is neither XLSX nor CSV in UTF-8")) from error


def read_csv(text: str, country: str) -> list[Row]:
    """Read a list with commas between its columns, or semicolons; raise WrongList."""
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header and "," not in header else ","
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter, strict=True)

    def lines() -> Iterator[tuple[int, Sequence[str]]]:
        try:
            for cells in table:
                if cells:
                    yield table.line_num, cells
        except csv.Error as error:
            raise WrongList(Wrong(table.line_num, str(error))) from error

    return _table(lines(), country)


def read_xlsx(data: bytes, country: str) -> list[Row]:
    """Read the first visible sheet of a file, with the values that formulas had when it was saved; raise WrongList."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise WrongList(Wrong(0, f"unpacked, it has more than {MOST_UNPACKED // 1_000_000} MB"))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return _table(_lines(book), country)
    except WrongList:
        raise
    except Exception as error:  # the library has one of its own for each way in which a file can be broken
        raise WrongList(Wrong(0, f"is no XLSX file that can be read: {type(error).__name__}")) from error


def _lines(book: openpyxl.Workbook) -> Iterator[tuple[int, Sequence[str]]]:
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
    if sheet is None:
        raise WrongList(Wrong(0, "has no visible sheet"))
    widest = len(_NEEDED) + _MOST_VARIABLES + 1  # one too many, so that it is told
    width = 0
    for line, values in enumerate(sheet.iter_rows(max_row=_LAST, max_col=widest, values_only=True), 1):
        cells = [_shown(value) for value in values]
        if not any(cells):
            continue
        # The header says how many columns there are; what is empty to its right is none.
        used = len(cells) - next(n for n, cell in enumerate(reversed(cells)) if cell)
        width = width or used
        yield line, [*cells, *[""] * width][: max(width, used)]


def _shown(value: Any) -> str:
    """A cell as it would be written in CSV."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value).strip()


def _table(lines: Iterator[tuple[int, Sequence[str]]], country: str) -> list[Row]:
    at, header = next(lines, (1, ()))
    names = [name.strip() for name in header]
    for needed in _NEEDED:
        if needed not in names:
            raise WrongList(Wrong(at, f"needs a column {needed}", needed))
    if wrong := next((name for name in names if name not in _NEEDED and not _VARIABLE.fullmatch(name)), None):
        raise WrongList(
            Wrong(at, f"{wrong!r} cannot be a variable's name: small letters, digits and _", wrong)
        )
    if len(names) != len(set(names)) or len(names) > len(_NEEDED) + _MOST_VARIABLES:
        told = f"a column stands twice, or there are more than {_MOST_VARIABLES} variables"
        raise WrongList(Wrong(at, told))

    def rows() -> Iterator[tuple[int, Mapping[str, str] | None]]:
        for line, cells in lines:
            yield line, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None

    return _collected(rows(), country)


def read_rows(rows: Sequence[Mapping[str, str]], country: str) -> list[Row]:
    """Take a list that has been read so far, from `line` 1 on; raise WrongList."""
    return _collected(enumerate(rows, 1), country)


def _collected(rows: Iterable[tuple[int, Mapping[str, str] | None]], country: str) -> list[Row]:
    """All rows; None: one that has another number of columns than the header."""
    found: dict[str, Row] = {}
    wrong: list[Wrong] = []
    for line, cells in rows:
        if len(wrong) >= MOST_TOLD or len(found) > MOST_ROWS:
            break
        if cells is None:
            wrong.append(Wrong(line, "has another number of columns than the first one"))
            continue
        if problem := _problem(cells, line):
            wrong.append(problem)
            continue
        row = _row(cells, country)
        if not re.fullmatch(TO, row.number):
            told = f"{cells['number']!r} is no number with its country, and no extension"
            wrong.append(Wrong(line, told, "number"))
        elif row.number in found:
            wrong.append(Wrong(line, "this number stands twice", "number"))
        else:
            found[row.number] = row
    if len(found) > MOST_ROWS:
        wrong.append(Wrong(0, f"has more than {MOST_ROWS} numbers"))
    if wrong:
        raise WrongList(*wrong)
    return list(found.values())


def _problem(cells: Mapping[str, str], line: int) -> Wrong | None:
    """What is wrong with a row beside its number."""
    if lacking := next((name for name in _NEEDED if name not in cells), None):
        return Wrong(line, f"has no {lacking}", lacking)
    if len(cells) > len(_NEEDED) + _MOST_VARIABLES:
        return Wrong(line, f"has more than {_MOST_VARIABLES} variables")
    for name, value in cells.items():
        if name not in _NEEDED and not _VARIABLE.fullmatch(name):
            return Wrong(line, f"{name!r} cannot be a variable's name: small letters, digits and _", name)
        if len(value) > _LONGEST or (name != "number" and _CONTROL.search(value.strip())):
            return Wrong(line, f"{name} has more than {_LONGEST} characters, or several lines", name)
    return None


def _row(cells: Mapping[str, str], country: str) -> Row:
    consent = cells["consent"].strip()
    values = {name: value.strip() for name, value in cells.items() if name not in _NEEDED}
    return Row(numbers.normal(cells["number"], country), "" if consent.lower() in _NO else consent, values)
