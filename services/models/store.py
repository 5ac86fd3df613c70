"""The models folder: what is there, what has been verified, and how a file gets into place.

`manifest.json` remembers the digest that each file had when it was verified, so that a later run only
compares sizes. A file is written elsewhere and renamed into place when its digest is right: a reader never
sees half of one.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from models.catalogue.records import File, Model
from models.errors import DigestMismatch, DiskFull

_SCRATCH = ".fetch"
_SPARE_BYTES = 200_000_000  # wheels on their way, pip's own copy of one, file system overhead


class Entry(msgspec.Struct, frozen=True):
    """A file that has been verified."""

    size: int
    sha256: str


class Manifest(msgspec.Struct):
    """`manifest.json`."""

    files: dict[str, Entry] = {}
    prepared: dict[str, dict[str, int]] = {}
    """What was made for a model's engine, by the tag of its maker: path → bytes."""


class Store:
    """The models folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / _SCRATCH
        self._manifest_path = root / "manifest.json"
        self._manifest = self._read()

    def _read(self) -> Manifest:
        try:
            return msgspec.json.decode(self._manifest_path.read_bytes(), type=Manifest)
        except (FileNotFoundError, msgspec.MsgspecError):
            # Without a (readable) manifest every file is hashed again; nothing is lost but seconds.
            return Manifest()

    def _write(self) -> None:
        temporary = self._manifest_path.with_suffix(".json.new")
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self._manifest), indent=1))
        os.replace(temporary, self._manifest_path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second fetch on the same folder waiting."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        with (self.scratch / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._manifest = self._read()
            yield

    def path(self, file: File) -> Path:
        """Where the file belongs."""
        return self.root / file.path

    def has(self, file: File) -> bool:
        """Whether the file is there and was verified; compares sizes only."""
        entry = self._manifest.files.get(file.path)
        if entry is None or entry.sha256 != file.sha256:
            return False
        return _size(self.path(file)) == file.size

    def has_all(self, model: Model) -> bool:
        """Whether every file of the model is there and was verified."""
        return all(self.has(file) for file in model.files)

    def adopt(self, file: File) -> bool:
        """Accept a file that somebody put there, if its bytes are right."""
        path = self.path(file)
        if _size(path) != file.size or sha256_of(path) != file.sha256:
            return False
        self._remember(file)
        return True

    def commit(self, file: File, temporary: Path) -> None:
        """Move verified bytes into place; raise DigestMismatch and remove them when they are wrong."""
        got = sha256_of(temporary)
        if got != file.sha256:
            temporary.unlink()
            raise DigestMismatch(file.path, file.sha256, got)
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o644)
        os.replace(temporary, target)
        self._remember(file)

    def check(self, model: Model) -> None:
        """Hash every file of the model again; a changed one is removed and raised as DigestMismatch."""
        for file in model.files:
            path = self.path(file)
            if path.exists() and (got := sha256_of(path)) != file.sha256:
                path.unlink()
                raise DigestMismatch(file.path, file.sha256, got)

    def prepared(self, tag: str) -> bool:
        """Whether everything that the maker `tag` made is still there."""
        made = self._manifest.prepared.get(tag)
        return bool(made) and all(_size(self.root / path) == size for path, size in (made or {}).items())

    def remember_prepared(self, tag: str, paths: list[Path]) -> None:
        """Note what the maker `tag` made."""
        self._manifest.prepared[tag] = {str(path.relative_to(self.root)): _size(path) for path in paths}
        self._write()

    def require_space(self, models: list[Model]) -> None:
        """Raise DiskFull unless what is missing of `models` fits."""
        missing = sum(file.size for model in models for file in model.files if not self.has(file))
        # A prepared voice is about as large again as the voice.
        missing += sum(model.size for model in models if model.prepare and not self.has_all(model))
        free = shutil.disk_usage(self.root).free + self._resumable()
        if missing and missing + _SPARE_BYTES > free:
            raise DiskFull(self.root, missing + _SPARE_BYTES, free)

    def _resumable(self) -> int:
        return sum(path.stat().st_size for path in self.scratch.rglob("*") if path.is_file())

    def clean(self) -> None:
        """Remove what was only needed while fetching."""
        for path in self.scratch.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def _remember(self, file: File) -> None:
        self._manifest.files[file.path] = Entry(file.size, file.sha256)
        self._write()


def sha256_of(path: Path) -> str:
    """Return the file's sha256 in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
