"""The whole command, on a call of people's recordings, with the real models and an agent of the repository."""

import os
from pathlib import Path

import numpy as np
import pytest

from caller.sound.clip import from_wav
from parley.audio import SAMPLE_RATE
from parley.messages import Event
from replay import search
from replay.__main__ import main
from tests.fakes.kept_calls import CALL, event, keep, tone, wav

ROOT = Path(__file__).parents[2]
SPEECH = ROOT / "tests" / "data" / "speech"
SAID = ((1.0, "conf-onlyperson"), (9.0, "vm-goodbye"))
"""What the caller says: "You are currently the only person in this conference.", "Goodbye."."""
AGENT = ((5.5, 8.0), (10.8, 12.0))
WITH = "ENDPOINT_FAST_MS=1900 ENDPOINT_SLOW_MS=1900"


def told() -> list[Event]:
    found = [event(0.0, "recording", file=f"{CALL}.wav")]
    for number, (begin, end) in enumerate(AGENT, 1):
        found += [
            event(begin, "caller_said", turn=number, text="Goodbye.", again=False),
            event(begin, "agent_speaks", revision=number),
            event(begin, "turn", turn=number, revision=number, endpoint=0.6, asked_at=0.15, ready_at=0.4),
            event(end, "agent_said", revision=number, text="Yes.", whole=True, seconds=end - begin),
        ]
    return [*found, event(13.0, "call_ended", outcome="completed")]


def mixed() -> bytes:
    """Both sides in one channel, as Asterisk records them."""
    sound = tone(AGENT, 9.0, 13.0) // 4
    for begin, name in SAID:
        clip = from_wav(SPEECH / f"{name}.wav").at(SAMPLE_RATE).samples
        sound[round(begin * SAMPLE_RATE) :][: len(clip)] = clip
    return wav(np.asarray(sound[::2], np.int16), rate=SAMPLE_RATE // 2)


def run(folder: Path, *arguments: str, tried: str = WITH) -> int:
    records, recordings = str(folder / "records"), str(folder / "recordings")
    return main(["--with", tried, "--records", records, "--recordings", recordings, *arguments])


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTS_DIR", str(ROOT / "agents"))
    monkeypatch.setenv("MODELS_DIR", os.environ.get("MODELS_DIR", "/models"))
    monkeypatch.setenv("COLUMNS", "200")


def test_a_call_is_run_again_and_twice_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, told(), mixed())
    assert run(tmp_path, CALL) == 0
    first = capsys.readouterr().out
    assert "only person in this conference" in first
    assert "goodbye" in first
    assert "SLOWER" in first
    assert run(tmp_path, CALL, "--html") == 0
    page, again = capsys.readouterr()
    assert "only person in this conference" in page
    assert first in again
    assert run(tmp_path, CALL, "--called", "AGENTS_DIR=/srv/next") == 0
    assert "AGENTS_DIR=/srv/next" in capsys.readouterr().out, "which a container has elsewhere"


def test_a_search_proposes_what_is_quickest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, told(), mixed())
    folders = ["--records", str(tmp_path / "records"), "--recordings", str(tmp_path / "recordings")]
    assert search.main([*folders, "--cut-offs", "0"]) == 0
    out = capsys.readouterr().out
    assert "as it is" in out
    assert "Quickest with at most 0 % cut off: ENDPOINT_FAST_MS=300 ENDPOINT_SLOW_MS=1200" in out


@pytest.mark.parametrize(
    ("arguments", "tried", "named"),
    [
        ((), "ENDPOINT_FASTEST_MS=1", "ENDPOINT_FASTEST_MS"),
        ((), "", "WITH"),
        (("1.2",), WITH, "no call 1.2"),
        (("--agent", "nobody"), WITH, "--agent"),
        (("--agent", "nobody"), WITH, "there is no agent 'nobody'; there are dental, reception, techstore"),
        ((), "STT_MODEL=enormous", "STT_MODEL"),
        ((), "KNOWLEDGE_NEAR=0.9", "KNOWLEDGE_NEAR"),
    ],
)
def test_what_cannot_be_done_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], tried: str, named: str
) -> None:
    keep(tmp_path, told(), mixed())
    assert run(tmp_path, *arguments, tried=tried) == 2
    assert named in capsys.readouterr().err


def test_calls_of_which_none_can_be_run_again_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, told())
    assert run(tmp_path, CALL) == 2
    assert f"{CALL}: its recording is not there any more" in capsys.readouterr().err


def test_without_records_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path) == 2
    assert "replay:" in capsys.readouterr().err


def test_what_is_wrong_with_agents_that_are_tried_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, told(), mixed())
    wrong = tmp_path / "agents" / told()[0].data["agent"] / "agent.yaml"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("company: Acme\n")
    assert run(tmp_path, CALL, tried=f"AGENTS_DIR={tmp_path / 'agents'}") == 2
    assert f"{wrong}:1: " in capsys.readouterr().err
