"""What this cell keeps of releases: which it has, and what is to be done. Blocking."""

import time
from dataclasses import astuple, dataclass
from typing import Literal

from api.access.database import Database
from api.publishing.standing import Release

Kind = Literal["publish", "take"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that is to be done with an agent, as soon as it can be."""

    agent: str
    kind: Kind
    who: str
    """The name of the key."""
    at: float
    """Unix time in seconds."""


class Kept:
    """The tables `releases` and `wishes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def releases(self) -> dict[str, Release]:
        """What was published from here or taken last of each agent, by its name."""
        rows = self._database.run("SELECT agent, number, at, cell, who, digest FROM releases")
        return {row[0]: Release(*row) for row in rows}

    def has(self, release: Release) -> None:
        """The cell has this release now."""
        self._database.run("INSERT OR REPLACE INTO releases VALUES (?, ?, ?, ?, ?, ?)", *astuple(release))

    def forget(self, agent: str) -> None:
        """The cell has no release of an agent."""
        self._database.run("DELETE FROM releases WHERE agent = ?", agent)

    def wishes(self) -> dict[str, Wish]:
        """What is to be done, by agents; of each the last wish."""
        rows = self._database.run("SELECT agent, wish, who, at FROM wishes")
        return {row[0]: Wish(*row) for row in rows}

    def wish(self, agent: str, kind: Kind, who: str) -> Wish:
        """Have something done."""
        wish = Wish(agent, kind, who, time.time())
        self._database.run("INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?)", *astuple(wish))
        return wish

    def done(self, wish: Wish) -> None:
        """It is; another one of the agent's, which has come meanwhile, stays."""
        self._database.run("DELETE FROM wishes WHERE agent = ? AND at = ?", wish.agent, wish.at)
