"""The records of the catalogue."""

from dataclasses import dataclass
from typing import Literal

Host = Literal["hub", "github", "packages"]
"""`packages`: its maker's own package is its home; the files' parts are members of it."""


@dataclass(frozen=True)
class Part:
    """A member of a wheel. Only its bytes are read; the package is never installed or run."""

    package: str
    version: str
    member: str


@dataclass(frozen=True)
class File:
    """A file of a model; `parts` joined in order are its bytes."""

    path: str
    """Where it goes, from the models folder."""
    size: int
    """Bytes."""
    sha256: str
    upstream: str
    """Its path in the upstream repository."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Model:
    """Everything that one setting's value stands for."""

    variable: str
    """The setting that asks for it, or empty when it always comes along."""
    value: str
    folder: str
    """Its folder (or, for an `llm`, its file) from the models folder."""
    title: str
    licence: str
    repository: str
    revision: str
    files: tuple[File, ...]
    host: Host = "hub"
    prepare: Literal["streaming_vits"] | None = None
    """What is made of the files once they are there, so that workers can mount the volume read-only."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)
