"""What the command line prints of what is kept, and what it says of an agent that there is not."""

from pathlib import Path

import pytest

from records.__main__ import _arguments, command
from records.store import Store
from tests.records.test_store import call, logged

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of the agent `shop`, with an open question; `new` has a folder and no call."""
    monkeypatch.setenv("RECORDS_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://unused")
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path / "agents"))
    (tmp_path / "agents" / "new").mkdir(parents=True)
    store = Store(tmp_path)
    began, *others = call(1, "c1")
    asked = logged(9, "open_question", "c1", question="Why?", register="unknown", said="I do not know.")
    store.add([began, asked, *others])
    store.close()


def run(*arguments: str) -> int:
    return command(_arguments(arguments))


@pytest.mark.parametrize("what", ["questions", "export"])
def test_an_agent_that_there_is_not_is_named_with_those_that_there_are(what: str, capsys: Printed) -> None:
    assert run(what, "--agent", "nosuch") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "records: AGENT: there is no agent 'nosuch'; there are new, shop\n"


@pytest.mark.parametrize(("what", "word"), [("questions", "Why?"), ("export", "a secret of c1")])
def test_of_an_agent_is_printed_what_is_kept(what: str, word: str, capsys: Printed) -> None:
    assert run(what, "--agent", "shop") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert word in line
    assert run(what, "--agent", "new") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("given", [(), ("--agent", "")])
def test_questions_are_those_of_an_agent(given: tuple[str, ...], capsys: Printed) -> None:
    assert run("questions", *given) == 2
    assert capsys.readouterr().err == "records: AGENT: which agent? there are new, shop\n"


def test_records_of_all_agents_are_printed_where_none_is_named(capsys: Printed) -> None:
    assert run("export") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "told"), [(("--since", "yesterday"), "--since: 'yesterday' is no date"), (("--no",), "--no")]
)
def test_a_bad_option_is_named(given: tuple[str, ...], told: str, capsys: Printed) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("export", *given)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err
