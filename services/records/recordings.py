"""The files of recorded calls, and the messages that callers leave."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from parley import log
from records.store import Store

WRITTEN_IN = "/var/spool/asterisk/recording/"
"""The folder's name in Asterisk's container, with which events name a message."""
_DAY_S = 86_400

_log = log.get("recordings")


def delete(folder: Path, names: Iterable[str]) -> int:
    """Delete files by the names that events give them; return how many were there. OSError when one stays."""
    count = 0
    for name in names:
        file = (folder / name.removeprefix(WRITTEN_IN)).resolve()
        if file.is_relative_to(folder.resolve()) and file.is_file():
            file.unlink()
            count += 1
        else:
            _log.warning("a recording is not there", file=name)
    return count


def delete_orphans(folder: Path, store: Store, days: int = 0) -> int:
    """Delete files that no record names: their event was lost, or their caller was forgotten before it came.

    A file is named after its call. One of a call that is forgotten goes at once, any other when it is `days` old; 0
    keeps it. What belongs to a call that is kept goes with that, as if its event had come.
    """
    count = 0
    for file in _files(folder):
        call, name = file.stem, str(file.relative_to(folder))
        if store.has_file(name) or store.has_file(WRITTEN_IN + name):
            continue
        if store.adopt(call, name):
            _log.warning("a recording whose event was lost is found", file=name)
        elif store.is_forgotten(call) or (days and file.stat().st_mtime < time.time() - days * _DAY_S):
            file.unlink()
            count += 1
    return count


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
