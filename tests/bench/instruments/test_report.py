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


def test_a_benchmark_leaves_what_is_another_s_in_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.delenv("BENCH_VARIANT", raising=False)
    report.write("both", {"a_set": 1}, {"a_old": 1.0}, [], mine=lambda name: name.startswith("a_"))
    report.write("both", {"b_set": 2}, {"b_new": 2.0}, [], mine=lambda name: name.startswith("b_"))
    path = report.write("both", {"a_set": 3}, {"a_new": 3.0}, [], mine=lambda name: name.startswith("a_"))
    found = json.loads(path.read_text())
    assert found["settings"] == {"a_set": 3, "b_set": 2}
    assert found["figures"] == {"a_new": 3.0, "b_new": 2.0}, "what it does not measure any more is gone"
