"""The doctor's command: what it prints, and its exit status."""

import io
import json
from collections.abc import AsyncIterator

import pytest

from doctor import __main__ as doctor
from doctor.checklist import Line
from doctor.finding import Finding, good, unknown, wrong
from doctor.subject import Subject


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("ARI_PASSWORD", "secret")
    monkeypatch.setattr("sys.stdin", io.StringIO("disk\t31457280\t/var/lib/docker\n"))
    # It would hold for every test after these.
    monkeypatch.setattr(doctor.log, "configure", lambda *_: None)


def finds(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    async def examine(subject: Subject) -> AsyncIterator[Line]:
        assert subject.facts.folder == "/var/lib/docker"
        for number, finding in enumerate(findings):
            yield Line(f"check {number}", finding, 0.0)

    monkeypatch.setattr(doctor, "examine", examine)


def test_all_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, good("fine"), unknown("left out"))
    assert doctor.main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "all is well"


def test_something_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, good("fine"), wrong("broken", "mend it"))
    assert doctor.main([]) == 1
    out = capsys.readouterr().out
    assert "→ mend it" in out
    assert out.splitlines()[-1] == "1 of 2 are not in order: check 1"


def test_json_and_nothing_else(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, wrong("broken", "mend it"))
    assert doctor.main(["--json"]) == 1
    assert json.loads(capsys.readouterr().out)["checks"][0]["advice"] == "mend it"


def test_what_cannot_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("nonsense\n"))
    assert doctor.main([]) == 2
    monkeypatch.delenv("ARI_PASSWORD")
    assert doctor.main([]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "doctor: not a fact: 'nonsense\\n'",
        "doctor: setting ARI_PASSWORD: is required and has no default",
    ]
