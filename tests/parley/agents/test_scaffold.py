"""New agents."""

from pathlib import Path

import pytest

from agent.wishes.intents import is_goodbye
from parley import languages
from parley.agents import load_agents
from parley.agents.__main__ import main
from parley.agents.scaffold import free_extension, scaffold
from parley.errors import AgentFileError
from parley.simulation.load import load_cases
from parley.simulation.schema import Script


def test_a_new_agent_is_a_good_one(tmp_path: Path) -> None:
    scaffold(tmp_path, "acme")
    scaffold(tmp_path, "north-star")
    agents, errors = load_agents(tmp_path)
    assert errors == []
    assert [a.file.company for a in agents.values()] == ["Acme", "North Star"]
    assert [a.file.extensions for a in agents.values()] == [("100",), ("101",)]
    assert (tmp_path / "acme" / "knowledge" / "facts.md").read_text().startswith("# Acme\n")


def test_what_is_commented_out_is_good_too(tmp_path: Path) -> None:
    path = scaffold(tmp_path, "acme") / "agent.yaml"
    lines = path.read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("# targets:"))
    opened = [line.removeprefix("# ") for line in lines[first:]]
    path.write_text("\n".join(lines[:first] + opened))
    agents, errors = load_agents(tmp_path)
    assert errors == []
    assert agents["acme"].file.person == "desk"
    assert agents["acme"].file.hours is not None


@pytest.mark.parametrize("code", languages.codes())
def test_a_new_agent_speaks_its_language(tmp_path: Path, code: str) -> None:
    scaffold(tmp_path, "acme", code)
    agents, errors = load_agents(tmp_path)
    assert errors == []
    file, words = agents["acme"].file, languages.get(code)
    assert file.language == code
    assert file.greeting == words.first_agent.greeting.format(company="Acme")
    assert file.curated[0].ask == words.first_agent.ask
    ((case,), wrong) = load_cases(agents, ["acme"])
    assert wrong == []
    assert isinstance(case.what, Script)
    first, last = case.what.turns
    assert (first.say, first.contains) == (file.curated[0].ask[0], file.curated[0].answer)
    assert is_goodbye(last.say, code)
    assert (file.farewell, file.voice) == (words.texts["farewell"], words.voice)


def test_a_language_without_words_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agents", "--new", "acme", str(tmp_path), "nl"]) == 1
    assert "there are words in de, en, es, fr, it, not in 'nl'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "Acme", "1a", "../x", "a b", "x" * 40])
def test_a_name_that_is_no_good(tmp_path: Path, name: str) -> None:
    with pytest.raises(AgentFileError, match="a name begins with a letter"):
        scaffold(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_an_agent_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agents", "--new", "acme", str(tmp_path)]) == 0
    assert "answers on 100" in capsys.readouterr().out
    before = (tmp_path / "acme" / "agent.yaml").read_text()
    assert main(["agents", "--new", "acme", str(tmp_path)]) == 1
    assert "there is such an agent already" in capsys.readouterr().err
    assert (tmp_path / "acme" / "agent.yaml").read_text() == before


def test_the_echo_test_and_users_keep_their_numbers() -> None:
    assert free_extension({str(n) for n in range(100, 600)}) == "601"
    assert free_extension({str(n) for n in range(100, 1000)}) == "1003"
