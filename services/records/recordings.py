"""The files of recorded calls."""

from collections.abc import Iterable
from pathlib import Path

from parley import log

_log = log.get("recordings")


def delete(folder: Path, names: Iterable[str]) -> int:
    """Delete recordings by file name; return how many were there. OSError when one cannot be deleted."""
    count = 0
    for name in names:
        file = folder / Path(name).name  # never outside the folder
        if file.is_file():
            file.unlink()
            count += 1
        else:
            _log.warning("a recording is not there", file=file.name)
    return count
