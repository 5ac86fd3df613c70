"""CSV and XLSX."""

import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from agent.knowledge.reading import formats
from agent.knowledge.reading.blocks import Unreadable
from tests.agent.knowledge.reading.shown import facts, headed


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_parts_the_cells_is_found_out(delimiter: str) -> None:
    rows = [["Name", "Preis", "Dauer"], ["Reinigung", '"89,00 €"', "45 min"], ["Füllung", "80 €", ""]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    expected = ["Reinigung kostet 89,00 €, Dauer 45 min", "Füllung kostet 80 €"]
    assert facts("a.csv", text) == expected
    assert facts("a.csv", text.encode("cp1252")) == expected
    assert facts("a.tsv", text.encode("utf-16")) == expected


def test_a_line_that_names_the_delimiter_and_cells_of_several_lines() -> None:
    assert facts("a.csv", 'sep=;\nName;Note\nTea;"hot, green\nand 2 €"\n') == ["Tea: Note hot, green and 2 €"]


def test_numbers_of_articles_are_no_names() -> None:
    assert facts("a.csv", "No,Article,Price\n100,Tea,2 €\n101,Cake,4 €\n") == [
        "Tea: No 100, Price 2 €",
        "Cake: No 101, Price 4 €",
    ]


def test_a_table_without_numbers_has_its_headings() -> None:
    assert facts("a.csv", "Name,Role,Room\nAnna,Dentist,A\nBen,Nurse,B\n") == [
        "Anna: Role Dentist, Room A",
        "Ben: Role Nurse, Room B",
    ]


def test_a_wide_row_is_several_facts_with_one_name() -> None:
    head = ",".join(f"Property {chr(65 + n)}" for n in range(20))
    found = facts("a.csv", f"Phone,{head}\nNova,{','.join(['128 GB'] * 20)}\n")
    assert len(found) > 1
    assert all(fact.startswith("Nova: Property") for fact in found)


def workbook(fill: Callable[[Worksheet], None], title: str = "Prices") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    fill(sheet)
    hidden = book.create_sheet("Costs")
    hidden.append(["Purchase", 7])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_with_titles_sections_and_formats() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (
            ["Price list 2026"],
            ["Treatment", "Price", "Discount", "From"],
            ["Cleaning", 89, 0.1, datetime.date(2026, 1, 1)],
            ["Surgery"],
            ["Implant", 1900.5, None, datetime.time(9, 30)],
        ):
            sheet.append(row)
        sheet.merge_cells("A1:D1")
        sheet["B3"].number_format = sheet["B5"].number_format = '#,##0.00 "€"'
        sheet["C3"].number_format = "0%"

    data = workbook(fill)
    assert headed_bytes(data) == [
        ("Prices, Price list 2026", "Cleaning costs 89 €, Discount 10 %, From 2026-01-01"),
        ("Prices, Price list 2026", "Surgery, Implant costs 1900.50 €, From 09:30"),
    ]


def headed_bytes(data: bytes) -> list[tuple[str, str]]:
    return [(p.heading, p.text) for p in formats.read("a.xlsx", data)]


def test_merged_headings_and_a_cell_far_away() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["Room", "Price (€)", None], [None, "Week", "Weekend"], ["Double", 90, 120]):
            sheet.append(row)
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A1:A2")
        sheet.cell(1_048_576, 1).value = "Breakfast is served until ten."

    assert facts("a.xlsx", workbook(fill, "Sheet1")) == [
        "Double: Price Week 90 €, Price Weekend 120 €",
        "Breakfast is served until ten.",
    ]


def test_formulas_that_were_never_calculated() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "=1+1"

    with pytest.raises(Unreadable, match="formulas without values"):
        facts("a.xlsx", workbook(fill))


def test_headings_of_a_file_are_its_sheet() -> None:
    assert headed("a.csv", "Name,Price\nTea,2 €\n") == [("", "Tea costs 2 €")]
