"""The files of recorded calls, and the messages that callers leave."""

from collections.abc import Iterable
from pathlib import Path

from parley import log

WRITTEN_IN = "/var/spool/asterisk/recording/"
"""The folder's name in Asterisk's container, with which events name a message."""

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
