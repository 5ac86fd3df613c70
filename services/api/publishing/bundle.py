"""What an agent's folder consists of, as it is published: its files by their contents' names. Blocking."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from parley.agents import document
from parley.errors import ParleyError

MOST_FILES = 500
MOST_BYTES = 64_000_000
"""Of all files of an agent together."""
_DEEPEST = 4
_PART = re.compile(r"[^\x00-\x1f\x7f/\\.~][^\x00-\x1f\x7f/\\]{0,199}")


class NotShared(ParleyError):
    """An agent cannot be published, or a release not be taken; the text says why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """An agent's files."""

    files: Mapping[str, str]
    """SHA-256 of each, in hexadecimal, by its path in the agent's folder with slashes."""

    @property
    def digest(self) -> str:
        """Names all of it: as `document.version` does a file."""
        lines = "".join(f"{name}\0{self.files[name]}\n" for name in sorted(self.files))
        return document.version(lines.encode(errors="surrogateescape"))


@dataclass
class Bundles:
    """Reads folders; a file that has not changed since is not read again."""

    _known: dict[Path, tuple[tuple[int, int, int], str]] = field(default_factory=dict)

    def of(self, folder: Path) -> Bundle | None:
        """What lies there; None: there is no such folder. Raise NotShared, or OSError."""
        if not folder.is_dir():
            return None
        found = dict(_files(folder))
        if len(found) > MOST_FILES:
            raise NotShared(f"it has more than {MOST_FILES} files")
        if sum(path.stat().st_size for path in found.values()) > MOST_BYTES:
            raise NotShared(f"its files have more than {MOST_BYTES // 1_000_000} MB")
        return Bundle({name: self._digest(path) for name, path in found.items()})

    def _digest(self, path: Path) -> str:
        stat = path.stat()
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != seen:
            with path.open("rb") as file:
                known = seen, hashlib.file_digest(file, "sha256").hexdigest()
            self._known[path] = known
        return known[1]


def wanted(name: str) -> bool:
    """Whether a file of this path is part of an agent: none that is hidden, or that programs leave beside theirs."""
    path = PurePosixPath(name)
    return (
        path.as_posix() == name
        and 0 < len(path.parts) <= _DEEPEST
        and not name.endswith("~")
        and all(_PART.fullmatch(part) for part in path.parts)
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        # A link may lead to what is no part of the agent.
        if wanted(name) and path.is_file() and not path.is_symlink():
            yield name, path
