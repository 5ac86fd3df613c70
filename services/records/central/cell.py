"""Which cell this is, and where the records of all are."""

import re
from urllib.parse import urlsplit

from parley.errors import SettingError
from parley.settings import Settings

NAME = "[A-Za-z0-9.-]{1,40}"
"""What a cell may be called."""
ALL = "all"
"""Stands for all cells, and is the name of none."""
_SCHEMES = ("postgresql://", "postgres://")
_HERE_ONLY = ("localhost", "127.0.0.1", "::1")


class CellSettings(Settings, frozen=True, kw_only=True):
    """What services share that copy records there, or read them."""

    database_url: str = ""
    """PostgreSQL with the records of all cells, `postgresql://user:password@host/database`; empty: there is none."""
    cell_name: str = ""
    """What this cell is called there."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self.database_url, self.cell_name)


def check(database_url: str, cell_name: str) -> None:
    """Raise SettingError where records cannot be copied with these; an empty URL: they are not to be."""
    if cell_name and (cell_name == ALL or not re.fullmatch(NAME, cell_name)):
        raise SettingError(
            "CELL_NAME", f"must be 1 to 40 letters, digits, dots and hyphens, and not {ALL!r}: {cell_name!r}"
        )
    if not database_url:
        return
    if not database_url.startswith(_SCHEMES):  # it is not shown: there is a password in it
        raise SettingError("DATABASE_URL", "must begin with postgresql://")
    if not cell_name:
        raise SettingError("CELL_NAME", "is required where DATABASE_URL is set")


def reachable(console_url: str) -> str:
    """The address of a console for browsers elsewhere; empty where it is one for browsers on its own machine."""
    return "" if urlsplit(console_url).hostname in (None, *_HERE_ONLY) else console_url.rstrip("/")
