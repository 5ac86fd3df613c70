"""The files of agents' folders."""

import os
from pathlib import Path

import msgspec
import pytest
from prometheus_client import REGISTRY

from agent.knowledge.reading import shelf
from agent.knowledge.reading.shelf import Shelf
from parley.agents import Agent
from parley.agents.load import files_of


@pytest.fixture
def acme(shop: Agent, tmp_path: Path) -> Agent:
    folder = tmp_path / "acme"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "knowledge" / "facts.md").write_text("Tea costs two dollars.\n")
    return msgspec.structs.replace(shop, name="acme", folder=folder)


def counted(state: str) -> float | None:
    return REGISTRY.get_sample_value("parley_knowledge_files", {"agent": "acme", "state": state})


def test_what_is_no_document_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    for name in (".hidden", "~$open.docx", "old.md~", "b.md"):
        (tmp_path / name).write_text("x")
    assert [p.name for p in files_of(tmp_path)] == ["b.md"]
    assert files_of(tmp_path / "missing") == []


def test_files_are_counted_as_long_as_their_agent_is_there(acme: Agent) -> None:
    knowledge = acme.folder / "knowledge"
    (knowledge / "a.odt").write_text("x")
    (knowledge / "b.pdf").write_text("x")
    passages, errors = Shelf().read([acme])
    assert [p.text for p in passages["acme", "en"]] == ["Tea costs two dollars."]
    assert [e.path.name for e in errors] == ["a.odt", "b.pdf"]
    assert (counted("read"), counted("unusable")) == (1, 2)
    acme.folder.rename(acme.folder.with_name("gone"))
    assert (counted("read"), counted("unusable")) == (0, 0)


def test_what_cannot_be_opened_is_named(acme: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MAX_BYTES", 100)
    knowledge = acme.folder / "knowledge"
    (knowledge / "large.txt").write_text("x" * 101)
    (knowledge / "link.md").symlink_to("nowhere")
    os.mkfifo(knowledge / "pipe.md")
    (knowledge / "fr").mkdir()
    passages, errors = Shelf().read([acme])
    assert len(passages["acme", "en"]) == 1
    assert {e.path.name: e.reason for e in errors} == {
        "fr": "a folder of none of the agent's languages: its files are not read",
        "large.txt": "has 0 MB, more than 0 MB",
        "link.md": "cannot be read: a link to nothing",
        "pipe.md": "cannot be read: not a file",
    }


def test_what_stays_the_same_is_read_once(acme: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    read = shelf.isolated.read
    monkeypatch.setattr(
        shelf.isolated, "read", lambda paths: asked.append([p.name for p in paths]) or read(paths)
    )
    books = Shelf()
    (acme.folder / "knowledge" / "broken.pdf").write_text("x")
    for _ in range(2):
        assert len(books.read([acme])[1]) == 1
    (acme.folder / "knowledge" / "facts.md").write_text("Tea costs three dollars.\n")
    assert books.read([acme])[0]["acme", "en"][0].text == "Tea costs three dollars."
    assert asked == [["broken.pdf", "facts.md"], [], ["facts.md"]]
