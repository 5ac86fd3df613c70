import os
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from parley import container


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text + "\n")
    return folder


def test_control_groups_version_2(tmp_path: Path) -> None:
    write(
        tmp_path, memory__current="5000", memory__max="9000", memory__stat="anon 1\ninactive_file 700\nfile 9"
    )
    assert container.used(tmp_path) == 4300
    assert container.limit(tmp_path) == 9000


def test_control_groups_version_1(tmp_path: Path) -> None:
    write(
        tmp_path / "memory",
        memory__usage_in_bytes="5000",
        memory__limit_in_bytes="9000",
        memory__stat="inactive_file 1\ntotal_inactive_file 800",
    )
    assert container.used(tmp_path) == 4200
    assert container.limit(tmp_path) == 9000


@pytest.mark.parametrize("files", [{}, {"memory__max": "max"}])
def test_without_a_limit(tmp_path: Path, files: dict[str, str]) -> None:
    assert container.limit(write(tmp_path, **files)) == 0


def test_without_a_limit_in_version_1(tmp_path: Path) -> None:
    write(tmp_path / "memory", memory__limit_in_bytes="9223372036854771712")
    assert container.limit(tmp_path) == 0


def test_the_figures_are_read_at_every_scrape(tmp_path: Path) -> None:
    container.watch(tmp_path)
    for used in (1000, 2000):
        write(tmp_path, memory__current=f"{used}", memory__max="9000")
        assert REGISTRY.get_sample_value("parley_container_memory_bytes") == used
    assert REGISTRY.get_sample_value("parley_container_memory_limit_bytes") == 9000


def test_an_image_is_as_old_as_its_packages(tmp_path: Path) -> None:
    packages = tmp_path / "status"
    container.watch(tmp_path, packages)
    assert REGISTRY.get_sample_value("parley_image_packages_timestamp_seconds") == 0
    packages.touch()
    os.utime(packages, (1000, 1000))
    container.watch(tmp_path, packages)
    assert REGISTRY.get_sample_value("parley_image_packages_timestamp_seconds") == 1000
