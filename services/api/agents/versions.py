"""What stood in agents' files before, who put it there, and what was changed. Blocking."""

import difflib
import time
from dataclasses import dataclass

from api.access.audit import OPERATOR
from api.access.database import Database
from parley.agents import document

MOST = 200
"""Versions of one agent that are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Version:
    """A content that an agent's file had, or has."""

    number: int
    at: float
    """Since when, in Unix time; of what was not put here, when that was seen."""
    who: str
    """The name of the key; `operator`: somebody on the machine itself."""
    version: str
    """As `document.version` names it."""
    text: str


class Versions:
    """All versions of all agents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, agent: str, data: bytes, who: str = OPERATOR) -> None:
        """Keep what stands in an agent's file now, unless that is the newest version already."""
        version = document.version(data)
        newest = self.newest(agent)
        if newest is not None and newest.version == version:
            return
        number = newest.number + 1 if newest else 1
        text = data.decode(errors="replace")
        self._database.run(
            "INSERT OR IGNORE INTO versions VALUES (?, ?, ?, ?, ?, ?)", agent, number, time.time(), who, version, text
        )  # fmt: skip
        self._database.run("DELETE FROM versions WHERE agent = ? AND number <= ?", agent, number - MOST)

    def all(self, agent: str) -> list[Version]:
        """All that are kept, the newest first."""
        rows = self._database.run(
            f"SELECT {_COLUMNS} FROM versions WHERE agent = ? ORDER BY number DESC", agent
        )
        return [Version(*row) for row in rows]

    def newest(self, agent: str) -> Version | None:
        """The newest; None: none is kept."""
        rows = self._database.run(
            f"SELECT {_COLUMNS} FROM versions WHERE agent = ? ORDER BY number DESC LIMIT 1", agent
        )
        return Version(*rows[0]) if rows else None

    def one(self, agent: str, number: int) -> Version | None:
        """The version of this number; None: it is not kept."""
        rows = self._database.run(
            f"SELECT {_COLUMNS} FROM versions WHERE agent = ? AND number = ?", agent, number
        )
        return Version(*rows[0]) if rows else None


_COLUMNS = "number, at, who, version, text"


def difference(before: Version | None, after: Version) -> str:
    """What was changed, as a unified diff; of the oldest that is kept, all of it."""
    old = before.text if before else ""
    lines = difflib.unified_diff(
        old.splitlines(),
        after.text.splitlines(),
        f"version {before.number}" if before else "/dev/null",
        f"version {after.number}",
        lineterm="",
    )
    return "\n".join(lines)
