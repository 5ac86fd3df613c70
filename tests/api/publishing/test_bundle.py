"""What is published of an agent's folder."""

import os
from pathlib import Path

import pytest

from api.publishing.bundle import Bundles, wanted


@pytest.mark.parametrize(
    "name",
    [
        *("", "/a", "../a", "a/../b", "a//b", "a/", "./a", ".git", "a/.b", "a\\b", "a\0b"),
        *("a\nb", "a~", "~$a", "a/b/c/d/e", "x" * 201),
    ],
)
def test_names_that_no_file_of_an_agent_has(name: str) -> None:
    assert not wanted(name)


def test_hidden_files_leftovers_and_links_are_no_part_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    (folder / "knowledge/de").mkdir(parents=True)
    for name in ("agent.yaml", "knowledge/a.md", "knowledge/de/b.md", ".hidden", "agent.yaml~"):
        (folder / name).write_text(name)
    (folder / "link.md").symlink_to(folder / "agent.yaml")
    bundle = Bundles().of(folder)
    assert bundle is not None
    assert sorted(bundle.files) == ["agent.yaml", "knowledge/a.md", "knowledge/de/b.md"]
    assert Bundles().of(tmp_path / "nobody") is None


def test_every_change_is_another_digest(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    bundles, seen = Bundles(), set()
    for name, text in (("a.md", "one"), ("a.md", "two"), ("b.md", "two")):
        (folder / name).write_text(text)
        bundle = bundles.of(folder)
        assert bundle is not None
        seen.add(bundle.digest)
    os.rename(folder / "a.md", folder / "c.md")
    bundle = bundles.of(folder)
    assert bundle is not None
    assert len({*seen, bundle.digest}) == 4
