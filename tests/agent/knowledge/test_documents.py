"""Reading a knowledge folder."""

from pathlib import Path

import pytest

from agent.knowledge.documents import Passage, files_of, passages_of
from parley.errors import AgentFileError

ROOT = Path(__file__).parents[3]


def read(tmp_path: Path, name: str, text: str) -> list[tuple[str, str]]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return [(p.heading, p.text) for p in passages_of(tmp_path / name)]


def test_markdown_items_are_passages_under_their_headings(tmp_path: Path) -> None:
    text = "# Shop\n- Open **daily**.\n- Closed: never.\n## Prices\n1. Tea is $2.\n"
    assert read(tmp_path, "a.md", text) == [
        ("Shop", "Open daily."),
        ("Shop", "Closed: never."),
        ("Shop, Prices", "Tea is $2."),
    ]


def test_a_heading_replaces_those_of_its_depth(tmp_path: Path) -> None:
    text = "# A\n## B\n- one fact\n# C\n- two facts\n"
    assert read(tmp_path, "a.md", text) == [("A, B", "one fact"), ("C", "two facts")]


def test_running_text_is_cut_into_sentences_when_it_is_long(tmp_path: Path) -> None:
    text = "First we say this. " * 12 + "Then we say that."
    found = [passage for _, passage in read(tmp_path, "a.md", text)]
    assert found == ["First we say this."] * 12 + ["Then we say that."]
    assert read(tmp_path, "b.md", "Short. It stays whole.") == [("", "Short. It stays whole.")]


def test_nested_lists_and_tables(tmp_path: Path) -> None:
    assert read(tmp_path, "a.md", "- outer fact\n  - inner fact\n") == [
        ("", "outer fact"),
        ("", "inner fact"),
    ]
    assert ("", "Tea") in read(tmp_path, "b.md", "| what | price |\n|---|---|\n| Tea | two dollars |\n")


def test_text_has_a_passage_a_line(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", "One fact.\n\n- Another fact.\n") == [
        ("", "One fact."),
        ("", "Another fact."),
    ]


def test_html_without_what_is_not_read(tmp_path: Path) -> None:
    head = "<head><title>T</title></head>"
    text = f"{head}<h1>Prices</h1><script>x()</script><ul><li>Tea <b>two</b></ul><nav><p>Home</nav>"
    assert read(tmp_path, "a.html", text) == [("Prices", "Tea two")]


def test_a_pdf_has_its_sentences_put_together_again() -> None:
    found = passages_of(ROOT / "agents/dental/knowledge/after-your-visit.pdf")
    assert found[0] == Passage(
        "After an extraction, do not eat or drink anything hot for two hours.",
        "After your visit",
        "after-your-visit.pdf",
    )
    assert len(found) == 7


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.docx", b"x", "not a kind of file that is read"),
        ("a.md", b"\xff\xfe", "not UTF-8"),
        ("a.pdf", b"not a pdf", "not a PDF"),
        ("a.txt", b"\n\n", "has no text"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AgentFileError, match=reason) as caught:
        passages_of(tmp_path / name)
    assert caught.value.path.name == name


def test_folders_are_of_other_languages(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "b.md").write_text("x")
    assert [p.name for p in files_of(tmp_path)] == ["b.md"]
    assert files_of(tmp_path / "missing") == []
