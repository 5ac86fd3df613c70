from collections import Counter
from pathlib import Path

import pytest

from replay.compare import Totals
from replay.live.agreement import CutOffs
from replay.search import Tried, best, calmest, cautions, main, proposal
from tests.fakes.kept_calls import events, keep


def tried(name: str, cut_offs: int, wait_s: float | None, unanswered: int = 0) -> Tried:
    return Tried(name, Totals(100, cut_offs, wait_s, wait_s, 0, 0, unanswered, Counter()))


def test_the_quickest_that_cuts_off_few_enough_is_proposed() -> None:
    present, quick, good = tried("", 2, 0.9), tried("quick", 9, 0.4), tried("good", 3, 0.6)
    assert best([present, quick, good], 3.0) is good
    assert best([present, quick], 3.0) is present
    assert best([present, quick, good], 1.0) is None


def test_what_leaves_turns_unanswered_is_not_proposed() -> None:
    present = tried("", 2, 0.9, unanswered=1)
    assert best([present, tried("deaf", 0, 0.3, unanswered=2)], 3.0) is present
    assert best([tried("", 0, None)], 3.0) is None
    deaf = best([tried("", 9, 0.9), tried("deaf", 0, 0.3, unanswered=2)], 3.0)
    assert "has few cut off, and leaves no more turns unanswered" in proposal(deaf, "quick", "few cut off")


def test_a_choice_that_kept_calls_cannot_bear_out_is_told_with_caution() -> None:
    assert cautions(CutOffs(live=2, replayed=2, missed=0), 100, 3.0) == []
    (few,) = cautions(CutOffs(live=0, replayed=0, missed=0), 99, 3.0)
    assert few.startswith("99 turns cannot tell that at most 3 % are cut off")
    assert few.endswith("takes 100.")
    lost, _ = cautions(CutOffs(live=2, replayed=1, missed=1), 1, 3.0)
    assert "lacks 1" in lost
    assert cautions(CutOffs(live=0, replayed=0, missed=0), 299, 0.0)


def interrupting(name: str, false: int, interrupted: int, cut_offs: int = 2, unanswered: int = 0) -> Tried:
    return Tried(name, Totals(100, cut_offs, 0.9, 0.9, interrupted, false, unanswered, Counter()))


def test_what_falls_silent_for_nothing_least_often_is_proposed() -> None:
    present, calm = interrupting("", 6, 10), interrupting("calm", 2, 10)
    assert calmest([present, interrupting("less", 4, 11), calm], 5.0) is calm
    assert calmest([present, calm], 1.0) is None
    assert calmest([present, interrupting("same", 6, 10)], 10.0) is present


@pytest.mark.parametrize(
    "worse",
    [
        interrupting("deaf", 0, 9),
        interrupting("cuts", 0, 10, cut_offs=3),
        interrupting("mute", 0, 10, unanswered=1),
    ],
    ids=lambda worse: worse.name,
)
def test_what_misses_interruptions_or_turns_is_not_proposed(worse: Tried) -> None:
    present = interrupting("", 4, 10)
    assert calmest([present, worse], 5.0) is present


def test_what_cannot_be_searched_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path))
    keep(tmp_path, events())
    folders = ["--records", str(tmp_path / "records"), "--recordings", str(tmp_path / "recordings")]
    assert main(folders) == 2
    assert "not there any more" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*folders, "--cut-offs", "200"])
    assert "--cut-offs" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*folders, "--false-barge-ins", "-1"])
    assert "--false-barge-ins" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*folders, "--wrong", "101"])
    assert "--wrong: must be 0 to 100" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*folders, "--since", "soon"])
    assert "--since: 'soon' is no date" in capsys.readouterr().err
    assert main([*folders, "--agent", "nosuch"]) == 2
    assert capsys.readouterr().err.endswith(
        "replay: --agent: there is no agent 'nosuch'; there are recordings, records, techstore\n"
    )
