"""DOCX."""

import io

import docx

from tests.agent.knowledge.reading.shown import answers, facts


def saved(document: "docx.document.Document") -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def fill(table: "docx.table.Table", rows: list[list[str]], first: int = 0) -> None:
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number + first, column).text = text


def test_headings_lists_and_questions() -> None:
    document = docx.Document()
    document.add_heading("Delivery", 1)
    document.add_paragraph("It costs nothing.")
    document.add_paragraph("Cleaning", style="List Bullet")
    document.add_paragraph("adults 89 €", style="List Bullet 2")
    document.add_paragraph("children 49 €", style="List Bullet 2")
    document.add_paragraph().add_run("How long is the warranty?").bold = True
    document.add_paragraph("Two years.")
    assert answers("a.docx", saved(document)) == [
        ((), "Delivery: It costs nothing."),
        ((), "Cleaning: adults 89 €"),
        ((), "Cleaning: children 49 €"),
        (("How long is the warranty?",), "Two years."),
    ]


def test_tables_merged_and_nested() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Price"
    fill(table, [["Room", "Week", "Weekend"], ["Double", "90 €", "120 €"]], 1)
    document.add_paragraph("Between the tables there is a sentence.")
    outer = document.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = "These are our opening hours."
    inner = outer.cell(0, 1).add_table(2, 2)
    fill(inner, [["Monday", "9-17"], ["Tuesday", "8-18"]])
    assert facts("a.docx", saved(document)) == [
        "Double: Price Week 90 €, Price Weekend 120 €",
        "Between the tables there is a sentence.",
        "These are our opening hours.",
        "Monday: 9-17",
        "Tuesday: 8-18",
    ]
