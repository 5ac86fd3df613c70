"""PDF, as real writers make it."""

import io
from collections.abc import Sequence
from pathlib import Path

import pypdf
import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from agent.knowledge.reading import formats
from agent.knowledge.reading.blocks import Unreadable
from agent.knowledge.reading.facts.passages import Passage
from tests.agent.knowledge.reading.shown import answers, facts

ROOT = Path(__file__).parents[5]
STYLES = getSampleStyleSheet()


def lines(texts: Sequence[str], step: int = 16) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, text in enumerate(texts):
        canvas.drawString(72, 780 - step * number, text)
    canvas.save()
    return out.getvalue()


def story(parts: list[Flowable], template: BaseDocTemplate | None = None) -> bytes:
    out = io.BytesIO()
    made = template or SimpleDocTemplate(out)
    made.filename = out
    made.build(parts)
    return out.getvalue()


def encrypted(data: bytes, password: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PRICES = ["Prices", "Cleaning 89 €", "Professional whitening 350 €", "Crown 620 €", "Filling from 80 €"]


def test_the_sample() -> None:
    path = ROOT / "agents/dental/knowledge/after-your-visit.pdf"
    found = formats.read(path.name, path.read_bytes())
    assert found[0] == Passage(
        "After an extraction, do not eat or drink anything hot for two hours.",
        "After your visit",
        "after-your-visit.pdf",
    )
    assert len(found) == 7


def test_short_lines_are_all_kept() -> None:
    assert facts("a.pdf", lines(PRICES)) == [f"Prices: {line}" for line in PRICES[1:]]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_protection_against_printing_only(algorithm: str) -> None:
    assert facts("a.pdf", encrypted(lines(PRICES), "", algorithm)) == facts("a.pdf", lines(PRICES))


def test_a_password_is_named() -> None:
    with pytest.raises(Unreadable, match="protected by a password"):
        facts("a.pdf", encrypted(lines(PRICES), "secret", "AES-256"))


def test_a_scan_is_named() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 500, 700, fill=1)
    canvas.save()
    with pytest.raises(Unreadable, match=r"only pictures \(a scan\?\)"):
        facts("a.pdf", out.getvalue())


def test_tables_with_lines_and_headings_over_text() -> None:
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)])
    long = "Guests who stay for more than one night find their place on the upper floor of our garage. " * 3
    parts = [
        Paragraph("Parking", STYLES["Heading1"]),
        Paragraph(f"It is free for all of our guests. {long}", STYLES["Normal"]),
        Paragraph("What it costs", STYLES["Heading1"]),
        Table([["Treatment", "Price"], ["Cleaning", "89 €"], ["Crown", "620 €"]], style=grid),
    ]
    assert facts("a.pdf", story(parts)) == [
        "Parking: It is free for all of our guests.",
        "Guests who stay for more than one night find their place on the upper floor of our garage.",
        "Cleaning costs 89 €",
        "Crown costs 620 €",
    ]


def test_a_table_that_goes_on_on_the_next_page() -> None:
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)])
    rows = [
        ["Article", "Price"],
        *([f"Article {chr(65 + n % 26)}{chr(65 + n // 26)}", f"{n} €"] for n in range(80)),
    ]
    found = facts("a.pdf", story([Table(rows, style=grid, repeatRows=1)]))
    assert found == [f"{name} costs {price}" for name, price in rows[1:]]


def test_rows_without_lines() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for y, (name, price) in enumerate([("Cleaning", "89 €"), ("Whitening", "350 €"), ("Crown", "620 €")]):
        canvas.drawString(72, 780 - 16 * y, f"{name} {'.' * 40} {price}")
        canvas.drawString(72, 600 - 16 * y, f"{name} by the chief")
        canvas.drawRightString(500, 600 - 16 * y, price)
    canvas.save()
    assert facts("a.pdf", out.getvalue()) == [
        "Cleaning: 89 €",
        "Whitening: 350 €",
        "Crown: 620 €",
        "Cleaning by the chief: 89 €",
        "Whitening by the chief: 350 €",
        "Crown by the chief: 620 €",
    ]


def test_columns_are_read_after_each_other() -> None:
    left = (
        "We are a practice in the middle of town, and our team of nine takes care of all patients since 1998."
    )
    right = (
        "Our second office is by the river, where you find parking for ninety cars, free of charge at night."
    )
    template = BaseDocTemplate(None)
    template.addPageTemplates([PageTemplate(frames=[Frame(60, 60, 220, 700), Frame(310, 60, 220, 700)])])
    parts = [
        Paragraph(f"{left} " * 4, STYLES["Normal"]),
        FrameBreak(),
        Paragraph(f"{right} " * 4, STYLES["Normal"]),
    ]
    assert facts("a.pdf", story(parts, template)) == [left, right]


def test_questions_and_words_parted_at_the_end_of_a_line() -> None:
    text = [
        "Q: How long is the warranty?",
        "A: Two years.",
        "",
        "We take patients with or without an appoint-",
    ]
    assert answers("a.pdf", lines([*text, "ment, on every day of the week."])) == [
        (("How long is the warranty?",), "Two years."),
        ((), "We take patients with or without an appointment, on every day of the week."),
    ]
