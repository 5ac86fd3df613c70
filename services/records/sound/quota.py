"""Keeps recordings and messages within the room that they may take: beyond it the oldest go. Blocking.

Whoever reaches an agent may leave messages, one after the other. So the kind of which there is more gives way: messages
push out messages, and none of what was recorded while that takes less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prometheus_client import Counter, Gauge

from parley import log
from records.sound import recordings
from records.store import Store

TAKEN = Gauge("parley_recordings_bytes", "What recordings and messages take on the disk, by kind.", ["kind"])
LIMIT = Gauge("parley_recordings_limit_bytes", "What they may take together; 0: anything.")
SWEPT = Counter(
    "parley_recordings_swept_total",
    "Recordings and messages that were deleted because all together took more than they may, by kind.",
    ["kind"],
)

Kind = Literal["call", "message"]
_KINDS: tuple[Kind, ...] = ("call", "message")
_MESSAGES = "voicemail"
"""Folder of the messages; what is recorded of calls lies beside it."""
for _kind in _KINDS:
    SWEPT.labels(_kind)

_log = log.get("quota")


@dataclass(frozen=True, slots=True)
class _Kept:
    file: Path
    written_at: float
    size: int


def sweep(folder: Path, store: Store, limit_bytes: int) -> int:
    """Delete what is beyond the limit, 0 for none, and of calls that are over; return how many files."""
    LIMIT.set(limit_bytes)
    kept: dict[Kind, list[_Kept]] = {kind: [] for kind in _KINDS}
    for file in _looked_at(folder):
        is_message = file.file.relative_to(folder).parts[0] == _MESSAGES
        kept["message" if is_message else "call"].append(file)
    taken = {kind: sum(file.size for file in files) for kind, files in kept.items()}
    count = 0
    if limit_bytes and sum(taken.values()) > limit_bytes:
        count = _make_room(folder, store, limit_bytes, kept, taken)
    for kind in _KINDS:
        TAKEN.labels(kind).set(taken[kind])
    if count:
        _log.warning("recordings were deleted: together they took more than they may", count=count)
    return count


def _make_room(
    folder: Path, store: Store, limit_bytes: int, kept: Mapping[Kind, list[_Kept]], taken: dict[Kind, int]
) -> int:
    """Delete the oldest until they fit; have `taken` tell what is left, and return how many files are gone."""
    old = {
        kind: sorted(
            (file for file in files if _is_over(file.file, store)),
            key=lambda file: file.written_at,
            reverse=True,
        )
        for kind, files in kept.items()
    }
    count = 0
    while sum(taken.values()) > limit_bytes and any(old.values()):
        kind = max((kind for kind in _KINDS if old[kind]), key=lambda kind: taken[kind])
        gone = old[kind].pop()
        _delete(folder, gone.file, store)
        taken[kind] -= gone.size
        SWEPT.labels(kind).inc()
        count += 1
    return count


def _is_over(file: Path, store: Store) -> bool:
    """Whether nothing is written to it any more; a file whose caller was forgotten meanwhile is nobody's to delete."""
    try:
        return recordings.is_over(file, store)
    except FileNotFoundError:
        return False


def _looked_at(folder: Path) -> Iterator[_Kept]:
    for file in recordings.files(folder):
        try:
            found = file.stat()
        except FileNotFoundError:  # its caller was forgotten meanwhile
            continue
        yield _Kept(file, found.st_mtime, found.st_size)


def _delete(folder: Path, file: Path, store: Store) -> None:
    """First from the database: a file that no call names is found again, one that is named and not there is not."""
    name = str(file.relative_to(folder)).removesuffix(recordings.SEALED)
    for each in (name, recordings.WRITTEN_IN + name):
        store.let_go(each)
    file.unlink(missing_ok=True)
