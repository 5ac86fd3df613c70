"""Releases of agents in the database of all cells (records/central). Blocking; all raise psycopg.Error."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Json

from api.publishing.standing import Release
from records.central import tables

KEPT = 20
"""Releases of an agent that are kept, the newest."""
_LOCK = 0x6167656E7473  # "agents"
_RELEASE = "agent, number, extract(epoch FROM published_at)::float8, cell, who, digest"


@dataclass(frozen=True, slots=True)
class Told:
    """How an agent stands in a cell, as that said."""

    cell: str
    agent: str
    number: int
    """The release that it has; 0: none."""
    state: str
    detail: str
    """Why; may be empty."""
    at: float = 0.0
    """When it was said, Unix time in seconds."""


class Shelf:
    """The database, open."""

    def __init__(self, db: psycopg.Connection) -> None:
        self._db = db
        tables.prepare(db)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def newest(self) -> dict[str, Release]:
        """The newest release of each agent, by its name."""
        rows = self._db.execute(
            f"SELECT DISTINCT ON (agent) {_RELEASE} FROM parley.agents ORDER BY agent, number DESC"
        )
        return {row[0]: Release(*row) for row in rows}

    def files(self, release: Release) -> dict[str, str]:
        """The digests of its files, by their paths; nothing: it is not kept any more."""
        found = self._db.execute(
            "SELECT files FROM parley.agents WHERE agent = %s AND number = %s AND digest = %s",
            (release.agent, release.number, release.digest),
        ).fetchone()
        return found[0] if found else {}

    def content(self, digest: str) -> bytes | None:
        """A file; None: it is not kept any more."""
        found = self._db.execute(
            "SELECT content FROM parley.agent_files WHERE digest = %s", (digest,), binary=True
        ).fetchone()
        return found[0] if found else None

    def publish(
        self, wanted: Release, files: Mapping[str, str], content: Callable[[str], bytes], *, above: int
    ) -> Release:
        """Keep this as the newest release of its agent, unless the newest is the same; return the newest.

        Its number is one that no cell has had: above `above`, and what is there. `content`: of a file, by its path.
        """
        with self._db.transaction():
            # One after the other: what one finds there, another must not remove as nobody's.
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            newest = self.newest().get(wanted.agent)
            if newest is not None and newest.digest == wanted.digest:
                return newest
            number = max(above, newest.number if newest else 0) + 1
            self._keep_files(files, content)
            self._db.execute(
                "INSERT INTO parley.agents VALUES (%s, %s, to_timestamp(%s), %s, %s, %s, %s)",
                (wanted.agent, number, wanted.at, wanted.cell, wanted.who, wanted.digest, Json(dict(files))),
            )
            self._remove_old(wanted.agent, number)
        return self.newest()[wanted.agent]

    def tell(self, cell: str, standings: Iterable[Told]) -> None:
        """Say how agents stand in a cell, and that it has no others."""
        with self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute("DELETE FROM parley.agent_cells WHERE cell = %s", (cell,))
            cursor.executemany(
                "INSERT INTO parley.agent_cells VALUES (%s, %s, %s, %s, %s, now())",
                [(cell, told.agent, told.number, told.state, told.detail) for told in standings],
            )

    def told(self) -> list[Told]:
        """What all cells have said, by their names."""
        rows = self._db.execute(
            "SELECT cell, agent, number, state, detail, extract(epoch FROM agent_cells.seen_at)::float8"
            " FROM parley.agent_cells JOIN parley.cells USING (cell) ORDER BY cell, agent"
        )
        return [Told(*row) for row in rows]

    def _keep_files(self, files: Mapping[str, str], content: Callable[[str], bytes]) -> None:
        digests = list(files.values())
        rows = self._db.execute(
            "SELECT digest FROM parley.agent_files WHERE digest = ANY(%s)", (digests,)
        ).fetchall()
        there = {digest for (digest,) in rows}
        for name, digest in files.items():
            if digest not in there:
                self._db.execute("INSERT INTO parley.agent_files VALUES (%s, %b)", (digest, content(name)))
                there.add(digest)

    def _remove_old(self, agent: str, number: int) -> None:
        self._db.execute(
            "DELETE FROM parley.agents WHERE agent = %s AND number <= %s", (agent, number - KEPT)
        )
        self._db.execute(
            "DELETE FROM parley.agent_files WHERE digest NOT IN"
            " (SELECT file.value FROM parley.agents, json_each_text(files) AS file)"
        )
