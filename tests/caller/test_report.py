"""Reports: JSON, table, dialogue."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from caller.report import CallReport, Greeting, LiveDialogue, Quality, TurnReport, print_report, write_json
from tests.fakes import reports


def turn(delay: float | None, **more: object) -> TurnReport:
    return reports.turn(voice_to_voice_s=delay, **more)


def report(*turns: TurnReport, failures: tuple[str, ...] = ()) -> CallReport:
    return reports.report(
        *turns,
        failures=failures,
        greeting=Greeting("Hello, this is TechStore.", -18.2),
        quality=Quality(packets=900, lost=2, reordered=0, jitter_ms=1.2, longest_gap_ms=41.0),
        sent_quality=Quality(packets=901, lost=0, reordered=0, jitter_ms=0.9, longest_gap_ms=24.0),
    )


def test_json_has_what_was_asked_for(tmp_path: Path):
    path = tmp_path / "out" / "call.json"
    write_json(report(turn(0.812)), path)
    written = json.loads(path.read_text())
    assert written["agent"] == "techstore"
    assert written["greeting_s"] == 0.531
    assert written["ok"] is True
    assert {"said", "heard", "voice_to_voice_s"} <= set(written["turns"][0])
    assert written["turns"][0]["voice_to_voice_s"] == 0.812


def test_median_leaves_out_turns_without_an_answer():
    assert (
        report(
            turn(0.5),
            turn(0.9),
            turn(None),
            turn(1.0),
        ).median_s
        == 0.9
    )
    assert report(turn(None)).median_s is None


def printed(what: CallReport) -> str:
    console = Console(file=io.StringIO(), width=120)
    print_report(what, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_the_table_shows_every_figure():
    text = printed(
        report(
            turn(0.812),
            turn(None, answered=False),
            turn(0.7, stop_s=0.12),
        )
    )
    for figure in (
        "0.531 s",
        "0.812 s",
        "no answer",
        "0.120 s",
        "-20.5 dBFS",
        "wire clock",
        "2 lost",
        "1.2 ms",
        "24.0 ms",
    ):
        assert figure in text
    assert text.rstrip().endswith("ok")


def test_failures_are_told():
    text = printed(report(turn(0.8), failures=("turn 1: the answer lacks any of ten, 10",)))
    assert "lacks any of ten, 10" in text
    assert text.rstrip().endswith("not ok")


@pytest.mark.parametrize("text", ["[bold]not markup[/bold]", "Wait [0.8] what?"])
def test_spoken_brackets_are_not_markup(text: str):
    console = Console(file=io.StringIO(), width=120)
    LiveDialogue(console).caller(3.2, text)
    assert text in console.file.getvalue()  # type: ignore[attr-defined]
