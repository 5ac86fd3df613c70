"""A campaign's list, in whatever form: taken as it is meant, or told what is wrong with it."""

import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from records.campaigns import lists
from records.campaigns.lists import WrongList, read_csv, read_file, read_rows, read_xlsx
from records.campaigns.plan import Row


def workbook(*rows: list[Any]) -> bytes:
    """An XLSX file with a hidden sheet before the one with these rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def without_sheets_to_see(data: bytes) -> bytes:
    """The same file with all its sheets hidden, which no program writes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(file, "w") as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name).replace(b'state="visible"', b'state="hidden"'))
    return file.getvalue()


@pytest.mark.parametrize("word", ["", "no", "No", "nein", "0", "-", " "])
def test_no_is_no_consent(word: str) -> None:
    (row,) = read_csv(f'number,consent\n+4930123456,"{word}"\n', "")
    assert row.consent == ""


def test_a_list_of_a_spreadsheet_is_read() -> None:
    text = '\ufeffname, number ,consent\r\n"Doe, Jane",0049 30 123456,yes\r\n'
    assert read_csv(text, "") == [Row("+4930123456", "yes", {"name": "Doe, Jane"})]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: needs a column number"),
        ("number,name\n", "line 1: needs a column consent"),
        ("number,consent,Name\n", "line 1: 'Name'"),
        ("number,consent,a,a\n", "line 1: a column stands twice"),
        ("number,consent\n030123456,yes\n", "line 2: '030123456' is no number"),
        ("number,consent\nAnn,yes\n", "line 2: 'Ann'"),
        ("number,consent\n1001\n", "line 2: has another number of columns"),
        ("number,consent\n1001,yes,more\n", "line 2: has another number of columns"),
        ("number,consent\n1001,yes\n1001,yes\n", "line 3: this number stands twice"),
        (f"number,consent,a\n1001,yes,{'x' * 201}\n", "line 2: a has more"),
        ('number,consent,a\n1001,yes,"x\ny"\n', "line 3: a has more"),
        ('number,consent\n1001,"yes\n', "line"),
    ],
)
def test_what_is_wrong_with_a_list_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_csv(text, "")


def test_semicolons_part_the_columns_of_some_spreadsheets() -> None:
    text = "number;consent;name\n1001;form;Doe, Jane\n"
    assert read_csv(text, "") == [Row("1001", "form", {"name": "Doe, Jane"})]


def test_all_that_is_wrong_is_told_up_to_a_number() -> None:
    bad = "number,consent\n" + "Ann,yes\n1001,yes\n" + "Ben,yes\n" * 40
    with pytest.raises(WrongList) as told:
        read_csv(bad, "")
    assert [each.line for each in told.value.wrong] == [2, *range(4, 4 + lists.MOST_TOLD - 1)]
    assert {each.column for each in told.value.wrong} == {"number"}
    assert str(told.value).startswith("line 2: 'Ann' is no number")


def test_a_workbook_is_read_as_the_same_list_in_csv_is() -> None:
    rows: list[list[Any]] = [
        ["number", "consent", "name", "day"],
        ["030 123456", "order form", "Ms. Doe", datetime.datetime(2026, 11, 3)],
        [None, None, None, None],
        [1001, True, "Mr. Roe", 4.0],
        [493012345678, False, None, 4.5],
    ]
    assert read_file(workbook(*rows), "DE") == [
        Row("+4930123456", "order form", {"name": "Ms. Doe", "day": "2026-11-03"}),
        Row("1001", "yes", {"name": "Mr. Roe", "day": "4"}),
        Row("+493012345678", "", {"name": "", "day": "4.5"}),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "line 1: needs a column number"),
        ([["number", "consent"], ["1001", "yes"], [], ["Ann", "yes"]], "line 4: 'Ann'"),
        ([["number", "consent"], ["1001", "yes", "more"]], "line 2: has another number of columns"),
        ([["number", "consent", *(f"v{n}" for n in range(40))]], "more than 20 variables"),
    ],
)
def test_what_is_wrong_with_a_workbook_is_named_with_its_line(rows: list[list[Any]], told: str) -> None:
    with pytest.raises(WrongList, match=told):
        read_xlsx(workbook(*rows), "")


def test_a_file_that_is_no_list_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.txt", "no workbook")
    whole = workbook(["number", "consent"])
    for data, told in (
        (b"\xff\xfe", "neither XLSX nor CSV"),
        (packed.getvalue(), "no XLSX file that can be read"),
        (whole[: len(whole) // 2], "no XLSX file that can be read"),
        (without_sheets_to_see(whole), "no visible sheet"),
    ):
        with pytest.raises(WrongList, match=told):
            read_file(data, "")
    monkeypatch.setattr(lists, "MOST_UNPACKED", 1000)
    with pytest.raises(WrongList, match="unpacked, it has more than"):
        read_file(whole, "")


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ({"consent": "form"}, "number", "has no number"),
        ({"number": "1001"}, "consent", "has no consent"),
        ({"number": "1001", "consent": "form", "Name": "x"}, "Name", "cannot be a variable's name"),
        ({"number": "1001", "consent": "form", "name": "x" * 201}, "name", "more than 200"),
        ({"number": "1002", "consent": "form"}, "number", "stands twice"),
    ],
)
def test_rows_are_taken_one_by_one(row: dict[str, str], column: str, told: str) -> None:
    good = {"number": "1002", "consent": "form", "name": "Jim"}
    assert read_rows([good], "") == [Row("1002", "form", {"name": "Jim"})]
    with pytest.raises(WrongList) as error:
        read_rows([good, row], "")
    (wrong,) = error.value.wrong
    assert (wrong.line, wrong.column) == (2, column)
    assert told in wrong.reason


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 3)
    rows = [[str(1000 + n), "form"] for n in range(4)]
    for read in (
        lambda: read_csv("number,consent\n" + "\n".join(map(",".join, rows)), ""),
        lambda: read_xlsx(workbook(["number", "consent"], *rows), ""),
    ):
        with pytest.raises(WrongList, match="has more than 3 numbers"):
            read()
