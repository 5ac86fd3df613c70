"""Where results go."""

import json
from pathlib import Path

import pytest

from bench.instruments import report


@pytest.mark.parametrize(("variant", "name"), [("", "media.json"), ("0.5b", "media-0.5b.json")])
def test_a_variant_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variant: str, name: str
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setenv("BENCH_VARIANT", variant)
    path = report.write("media", {}, {"lost_pct": 0.0}, [], on={"cpu": "one"})
    assert (path, [p.name for p in tmp_path.iterdir()]) == (tmp_path / name, [name])


def test_what_others_have_written_into_the_same_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    figures = {"lost_pct": 1.0, "late_pct": 2.0, "a_lost_pct": 3.0}
    report.write("media", {"calls": 1, "a_calls": 2}, figures, [], on={})

    def mine(name: str) -> bool:
        return not name.startswith("a_")

    path = report.write("media", {"calls": 5}, {"lost_pct": 4.0}, [], on={}, mine=mine)
    found = json.loads(path.read_text())
    assert found["figures"] == {"a_lost_pct": 3.0, "lost_pct": 4.0}
    assert found["settings"] == {"a_calls": 2, "calls": 5}
