"""Where results go."""

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
