"""Files that do harm to their reader: each is an error of its own, and the others are read."""

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from agent.knowledge.reading import __main__ as process
from agent.knowledge.reading import isolated
from parley.errors import AgentFileError


def reasons(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """Why each file beside a good one is not read."""
    (folder / "good.md").write_text("The shop is open every day.\n")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    # The good one comes last: whatever the others do must be over by then.
    found = isolated.read([*(folder / name for name in files), folder / "good.md"])
    good = found.pop(folder / "good.md")
    assert not isinstance(good, AgentFileError)
    assert [p.text for p in good] == ["The shop is open every day."]
    return {path.name: e.reason if isinstance(e, AgentFileError) else "read" for path, e in found.items()}


def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "Tea is two euros.")
    canvas.save()
    return out.getvalue()


def archive(member: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(member, data)
    return out.getvalue()


def test_damaged_files(tmp_path: Path) -> None:
    found = reasons(
        tmp_path,
        {
            "cut.pdf": pdf()[: len(pdf()) // 2],
            "junk.pdf": b"%PDF-1.7\n" + os.urandom(2000),
            "text.pdf": b"not a pdf",
            "junk.docx": b"PK\x03\x04" + os.urandom(2000),
            "bare.docx": archive("word/document.xml", b"<no"),
            "bare.xlsx": archive("xl/workbook.xml", b"<no"),
            "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
            "deep.html": b"<div>" * 25_000,
        },
    )
    assert "text.pdf" in found
    assert found["text.pdf"] == "not a PDF file, whatever its name says"
    assert found["old.docx"].startswith("protected by a password, or of an old Office")
    assert all(
        found[name].startswith("is damaged: ") for name in found if name[:4] in ("cut.", "junk", "bare")
    ), found
    assert found["deep.html"] != "read"


def test_a_page_tree_in_a_circle(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    pages = writer.root_object.raw_get("/Pages")
    pages.get_object()["/Kids"].append(pages)
    out = io.BytesIO()
    writer.write(out)
    assert reasons(tmp_path, {"circle.pdf": out.getvalue()}) == {"circle.pdf": "read"}


def test_archives_that_unpack_to_much(tmp_path: Path) -> None:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/more.xml", b"0" * 250_000_000)
    found = reasons(tmp_path, {"bomb.xlsx": book.getvalue()})
    assert found == {"bomb.xlsx": "unpacks to 250 MB, more than 200 MB"}


def test_files_that_hold_nothing(tmp_path: Path) -> None:
    found = reasons(
        tmp_path,
        {
            "empty.md": b"",
            "blank.txt": b"\n \n",
            "pictures.md": b"![logo](a.png)\n",
            "page.html": b"<html><body><div id=app></div><script>go()</script></body></html>",
            "headings.md": b"# One\n## Two\n",
            "questions.txt": b"Why?\n",
            "head.csv": b"\n",
            "letter.odt": b"x",
            "letter.rtf": b"{\\rtf1 x}",
            "photo.jpg": b"x",
        },
    )
    assert found["empty.md"] == found["blank.txt"] == found["head.csv"] == "is empty"
    assert found["pictures.md"] == found["page.html"] == "has no text"
    assert found["headings.md"] == found["questions.txt"] == "has no facts, only headings, questions or signs"
    assert found["letter.odt"].endswith("save it as DOCX or PDF")
    assert found["letter.rtf"].startswith("not a kind of file that is read; those are .md, ")
    assert found["photo.jpg"].startswith("not a kind of file that is read")


def test_what_it_is_counts_and_not_what_it_is_called(tmp_path: Path) -> None:
    page = b"<html><body><p>Tea is two euros.</p></body></html>"
    assert reasons(tmp_path, {"a.txt": pdf(), "list.xls": page, "noname": pdf()}) == dict.fromkeys(
        ("a.txt", "list.xls", "noname"), "read"
    )


def test_too_many_facts(tmp_path: Path) -> None:
    lines = "".join(f"Article {n},{n} euros\n" for n in range(6000))
    assert reasons(tmp_path, {"all.csv": lines.encode()})["all.csv"].startswith(
        "has 6000 facts, more than 5000"
    )


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"M\xfcller\n1.md")
    assert reasons(tmp_path, {name: b"Tea is two euros.\n"}) == {name: "read"}
    passages = isolated.read([tmp_path / name])[tmp_path / name]
    assert not isinstance(passages, AgentFileError)
    assert passages[0].source == "M\ufffdller\n1.md"


AMPLE = {"MEMORY_BYTES": 64_000_000_000}
"""Of addresses: the test's own process, which the reader is forked from, may have many."""


@pytest.mark.parametrize(
    ("limits", "content", "reason"),
    [
        ({"CPU_S": 1} | AMPLE, "a" * 20_000_000, "takes longer than"),
        ({"WALL_S": 1} | AMPLE, "a" * 20_000_000, "takes longer than"),
        ({"MEMORY_BYTES": 300_000_000}, "- a\n" * 3_000_000, "takes too much memory to read"),
    ],
)
def test_limits_of_time_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], content: str, reason: str
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(process, name, value)
    path = tmp_path / "a.md"
    path.write_text(content)
    assert reason in process._read_apart(os.fsencode(path)).decode()


def test_nothing_to_read() -> None:
    assert isolated.read([]) == {}
