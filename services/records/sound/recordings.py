"""The files of recorded calls, and the messages that callers leave."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from parley import log
from records.store import Store

WRITTEN_IN = "/var/spool/asterisk/recording/"
"""The folder's name in Asterisk's container, with which events name a message."""
SEALED = ".age"
"""What the name of an encrypted file has beside; events know it without."""
QUIET_S = 10.0
"""Nothing is written any more to a file that has been left alone for so long, once its call is over."""
ORPHANED_S = 3600.0
"""The same for one of a call that is not known."""
_DAY_S = 86_400

_log = log.get("recordings")


def delete(folder: Path, names: Iterable[str]) -> int:
    """Delete files by the names that events give them; return how many were there. OSError when one stays."""
    count = 0
    for name in names:
        there = found(folder, name)
        for file in there:
            file.unlink(missing_ok=True)
        count += bool(there)
        if not there:
            _log.warning("a recording is not there", file=name)
    return count


def found(folder: Path, name: str) -> list[Path]:
    """The file that an event names, encrypted or not, or both while it is being encrypted; none outside the folder."""
    named = folder / name.removeprefix(WRITTEN_IN)
    both = (file.resolve() for file in (named, named.with_name(f"{named.name}{SEALED}")) if named.name)
    return [file for file in both if file.is_relative_to(folder.resolve()) and file.is_file()]


def delete_orphans(folder: Path, store: Store, days: int = 0) -> int:
    """Delete files that no record names: their event was lost, or their caller was forgotten before it came.

    A file is named after its call. One of a call that is forgotten goes at once, any other when it is `days` old; 0
    keeps it. What belongs to a call that is kept goes with that, as if its event had come.
    """
    count = 0
    for file in files(folder):
        name = str(file.relative_to(folder)).removesuffix(SEALED)
        call = Path(name).stem
        if store.has_file(name) or store.has_file(WRITTEN_IN + name):
            continue
        if store.adopt(call, name):
            _log.warning("a recording whose event was lost is found", file=name)
        elif store.is_forgotten(call) or (days and file.stat().st_mtime < time.time() - days * _DAY_S):
            file.unlink()
            count += 1
    return count


def is_over(file: Path, store: Store) -> bool:
    """Whether nothing is written to a file any more; FileNotFoundError when it is not there."""
    over = store.is_over(Path(file.name.removesuffix(SEALED)).stem)
    quiet_s = time.time() - file.stat().st_mtime
    return quiet_s > ORPHANED_S if over is None else over and quiet_s > QUIET_S


def files(folder: Path) -> Iterator[Path]:
    """All files of recordings."""
    return (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
