"""Agents that are read again when their files change."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from parley.agents import store
from parley.agents.store import AgentStore
from parley.errors import AgentFileError

FILE = "company: {company}\nextensions: ['{extension}']\ngreeting: hi\npersona: p\n"


def write(root: Path, name: str, company: str, extension: str = "1") -> Path:
    path = root / name / "agent.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(FILE.format(company=company, extension=extension))
    return path


async def test_a_change_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "a", "Old")
    write(tmp_path, "b", "Other", "2")
    agents = AgentStore(tmp_path)
    same = agents.agents
    assert await agents.refresh() == set()
    write(tmp_path, "a", "New and longer")
    assert await agents.refresh() == {"a"}
    assert same["a"].file.company == "New and longer"
    assert await agents.refresh() == set()


async def test_a_file_of_the_knowledge_counts(tmp_path: Path) -> None:
    folder = write(tmp_path, "a", "A").parent / "knowledge"
    agents = AgentStore(tmp_path)
    folder.mkdir()
    (folder / "x.md").write_text("- A fact.")
    assert await agents.refresh() == {"a"}
    (folder / "x.md").unlink()
    assert await agents.refresh() == {"a"}


async def test_a_broken_file_keeps_the_last_good_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "a", "Good")
    agents = AgentStore(tmp_path)
    path.write_text("company: [")
    assert await agents.refresh() == set()
    assert agents.agents["a"].file.company == "Good"
    assert "agent.yaml:1" in capsys.readouterr().out
    assert REGISTRY.get_sample_value("parley_agents_broken") == 1
    write(tmp_path, "a", "Good again")
    assert await agents.refresh() == {"a"}
    assert REGISTRY.get_sample_value("parley_agents_broken") == 0


async def test_agents_come_and_go(tmp_path: Path) -> None:
    path = write(tmp_path, "a", "A")
    agents = AgentStore(tmp_path)
    write(tmp_path, "b", "B", "2")
    assert await agents.refresh() == {"b"}
    path.unlink()
    path.parent.rmdir()
    assert await agents.refresh() == set()
    assert list(agents.agents) == ["b"]


async def test_an_empty_folder_is_not_believed(tmp_path: Path) -> None:
    path = write(tmp_path, "a", "A")
    agents = AgentStore(tmp_path)
    path.unlink()
    path.parent.rmdir()
    await agents.refresh()
    assert list(agents.agents) == ["a"]


def test_no_good_agent_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a", "A").write_text("company: [")
    with pytest.raises(AgentFileError, match=r"a/agent\.yaml:1"):
        AgentStore(tmp_path)


def test_good_agents_are_used_although_others_are_not(tmp_path: Path) -> None:
    write(tmp_path, "a", "A").write_text("company: [")
    write(tmp_path, "b", "B")
    assert list(AgentStore(tmp_path).agents) == ["b"]


async def test_watching_goes_on_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOOK_S", 0.01)
    write(tmp_path, "a", "One")
    agents = AgentStore(tmp_path)
    told: list[set[str]] = []
    came = asyncio.Event()

    async def change(names: set[str]) -> None:
        told.append(names)
        came.set()
        raise RuntimeError("cannot be prepared")

    task = asyncio.create_task(agents.watch(change))
    for company in ("Number two", "Number three is longer"):
        came.clear()
        write(tmp_path, "a", company)
        await asyncio.wait_for(came.wait(), 5)
    task.cancel()
    assert told == [{"a"}, {"a"}]
