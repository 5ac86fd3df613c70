import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from models.catalogue.records import File, Model, Part
from models.store import Store

WheelMaker = Callable[[str, str, dict[str, bytes]], Path]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    root = tmp_path / "models"
    root.mkdir()
    return Store(root)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelMaker:
    """Makes small wheels in a folder that is all that pip can see."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def make(package: str, version: str, members: dict[str, bytes]) -> Path:
        name = package.replace("-", "_")
        info = f"{name}-{version}.dist-info"
        path = folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members.items():
                archive.writestr(member, data)
            archive.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
            )
            archive.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{info}/RECORD", "")
        return path

    return make


def model_of(parts: dict[str, list[tuple[Part, bytes]]], upstream: str = "x") -> Model:
    """A model of files that are joined from parts."""
    files = []
    for path, pieces in parts.items():
        data = b"".join(piece for _, piece in pieces)
        sha256 = hashlib.sha256(data).hexdigest()
        files.append(File(path, len(data), sha256, upstream, tuple(part for part, _ in pieces)))
    return Model(
        variable="STT_MODEL",
        value="toy",
        folder="whisper/toy",
        title="Toy",
        licence="MIT",
        repository="someone/toy",
        revision="r1",
        files=tuple(files),
    )
