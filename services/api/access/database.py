"""The database of the API itself: keys, and what was done with them. Blocking; any thread, any number of processes."""

from pathlib import Path
from typing import Any

from parley.disk.durable import Shared

_FILE = "api.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, digest BLOB NOT NULL,
    made_at REAL NOT NULL, used_at REAL, revoked_at REAL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS keys_by_name ON keys (name) WHERE revoked_at IS NULL;
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at);
CREATE TABLE IF NOT EXISTS repeats (
    key TEXT NOT NULL, name TEXT NOT NULL, request TEXT NOT NULL, at REAL NOT NULL, answer TEXT,
    PRIMARY KEY (key, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions (
    agent TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, who TEXT NOT NULL, version TEXT NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (agent, number)
);
CREATE TABLE IF NOT EXISTS releases (
    agent TEXT PRIMARY KEY, number INTEGER NOT NULL, at REAL NOT NULL, cell TEXT NOT NULL, who TEXT NOT NULL,
    digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wishes (
    agent TEXT PRIMARY KEY, wish TEXT NOT NULL, who TEXT NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;
"""


class Database(Shared):
    """The file in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / _FILE, _TABLES)

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement, by itself; return its rows."""
        return self._run(statement, *values)
