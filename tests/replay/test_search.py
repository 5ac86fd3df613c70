from collections import Counter
from pathlib import Path

import pytest

from replay.compare import Totals
from replay.search import Tried, best, main
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
