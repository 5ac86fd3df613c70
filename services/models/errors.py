"""What can go wrong while models are fetched.

ParleyError
├── DigestMismatch      a file's bytes are not the ones that the catalogue names
├── SourceFailed        one source could not give a file
├── NotFetched          no source could give a file; says what each answered
└── DiskFull            the models do not fit on the volume
"""

from pathlib import Path

from parley.errors import ParleyError


class DigestMismatch(ParleyError):
    """A file's bytes are not the ones that the catalogue names; it was removed."""

    def __init__(self, path: str, expected: str, got: str) -> None:
        super().__init__(f"{path}: wrong sha256, refused and removed (expected {expected}, got {got})")
        self.path = path
        self.expected = expected
        self.got = got


class SourceFailed(ParleyError):
    """One source could not give a file."""


class NotFetched(ParleyError):
    """No source could give a file."""

    def __init__(self, path: str, reasons: list[str]) -> None:
        super().__init__(f"{path}: could not be fetched\n" + "\n".join(f"  - {reason}" for reason in reasons))
        self.path = path
        self.reasons = reasons


class DiskFull(ParleyError):
    """The models do not fit on the volume."""

    def __init__(self, folder: Path, needed: int, free: int) -> None:
        super().__init__(
            f"{folder}: not enough room: {needed / 1e9:.2f} GB are needed, {free / 1e9:.2f} GB are free; "
            "make room on the disk that holds this volume, or choose smaller models"
        )
        self.folder = folder
        self.needed = needed
        self.free = free
