"""What `make agents` and `make kb` run."""

import io
import shutil
from pathlib import Path

import pytest

from agent.knowledge.__main__ import main
from tests.agent.knowledge.conftest import MODELS

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELS_DIR", str(MODELS))
    monkeypatch.setenv("COLUMNS", "200")


def test_the_check_counts_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kb", str(ROOT / "agents")]) == 0
    out = capsys.readouterr().out
    assert "techstore: TechStore, answers 100," in out
    assert "facts (de)" in next(line for line in out.splitlines() if line.startswith("reception"))


def test_the_check_names_what_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    for name, data in {"a.odt": b"x", "b.pdf": b"%PDF-1.4 x", "c.md": b""}.items():
        (tmp_path / "dental" / "knowledge" / name).write_bytes(data)
    assert main(["kb", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "dental/knowledge/a.odt: not a kind of file that is read" in said.err
    assert "dental/knowledge/b.pdf: is damaged: " in said.err
    assert "dental/knowledge/c.md: is empty" in said.err
    # The rest is counted, and how many files there is none of.
    assert "32 facts (en), 3 files that cannot be used" in said.out


SECRETS = """
tools:
  - name: orders
    description: Orders.
    url: https://orders.example.com/
    headers: {X-Api-Key: {secret: crm-key}, X-Country: DE, Authorization: Bearer 123}
lookup:
  url: https://me:sesame@crm.example.com/
  headers: {X-Api-Key: {secret: crm-key}, X-Token: "12"}
  fields: {name: ""}
llm: {api_key: {secret: llm-key}}
stt: {api_key: sk-1234}
"""


def test_the_check_tells_of_keys_in_files_and_of_secrets_that_are_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    file = tmp_path / "dental" / "agent.yaml"
    file.write_text(file.read_text() + SECRETS)
    secrets = tmp_path / "secrets"
    monkeypatch.setenv("SECRETS_DIR", str(secrets))
    assert main(["kb", str(tmp_path)]) == 0, "where no secrets can be seen none is missed"
    said = capsys.readouterr().err
    assert f"warning: {file}: tools[0].headers.Authorization: looks like a key" in said
    assert f"warning: {file}: stt.api_key: looks like a key" in said
    assert f"warning: {file}: lookup.headers.X-Token: looks like a key" in said
    assert f"warning: {file}: lookup.url: looks like a key" in said
    assert said.count("warning") == 4
    secrets.mkdir()
    (secrets / "crm-key").write_text("x")
    assert main(["kb", str(tmp_path)]) == 1
    assert f"{file}: llm.api_key: there is no secret llm-key" in capsys.readouterr().err


@pytest.mark.usefixtures("minilm")
def test_a_question_shows_what_is_found_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kb", str(ROOT / "agents"), "dental", "How much is a crown?"]) == 0
    out = capsys.readouterr().out
    assert "A crown costs 620 euros." in out
    assert "prices.html" in out
    assert "said at once" in out
    assert main(["kb", str(ROOT / "agents"), "dental", "Do you sell toothbrushes for dogs?"]) == 0
    assert "unknown: I am sorry" in capsys.readouterr().out
    assert main(["kb", str(ROOT / "agents"), "reception", "Wo ist das Fundbüro?", "de"]) == 0
    assert "Das Fundbüro ist am Empfang." in capsys.readouterr().out


def test_an_agent_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    for asked in ("x", "-"):
        assert main(["kb", str(ROOT / "agents"), "nobody", asked]) == 1
        told = "setting AGENT: there is no agent 'nobody'; there are dental, reception, techstore\n"
        assert capsys.readouterr().err == told
    assert main(["kb"]) == 2


@pytest.mark.usefixtures("minilm")
def test_it_is_decided_by_the_settings_of_agent_workers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_SURE", "1")
    assert main(["kb", str(ROOT / "agents"), "dental", "How much is a crown?"]) == 0
    out = capsys.readouterr().out
    assert "said at once: Here is what I can tell you" in out
    assert "as it stands from 100% for it" in out
    monkeypatch.setenv("KNOWLEDGE_SURE", "0.1")
    assert main(["kb", str(ROOT / "agents"), "dental", "How much is a crown?"]) == 1
    assert "KNOWLEDGE_NEAR: must be at most KNOWLEDGE_SURE, 0.1, not 0.15" in capsys.readouterr().err


@pytest.mark.usefixtures("minilm")
def test_open_questions_are_asked_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = '{"count":3,"question":"How much is a crown?","register":"unknown","last_at":"x","said":"y"}\n\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["kb", str(ROOT / "agents"), "dental", "-"]) == 0
    out = capsys.readouterr().out
    assert "A crown costs 620 euros." in out
    assert "unknown" in out
