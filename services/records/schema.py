"""The tables of the database, and how one that an older version made gets what it lacks."""

import sqlite3
from collections.abc import Sequence

from parley.disk.durable import transaction
from records.kept import outbox

SAID = ("caller_said", "agent_said", "person_said")
"""Kinds of events that hold words of a conversation."""
_TABLES = """
CREATE TABLE IF NOT EXISTS calls (
    call TEXT PRIMARY KEY, agent TEXT NOT NULL, caller TEXT NOT NULL DEFAULT '',
    started_at REAL NOT NULL, last_at REAL NOT NULL, ended INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_by_caller ON calls (caller);
CREATE INDEX IF NOT EXISTS calls_by_time ON calls (started_at);
CREATE TABLE IF NOT EXISTS events (
    call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE, ms INTEGER NOT NULL, seq INTEGER NOT NULL,
    at REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (call, ms, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE, name TEXT NOT NULL, PRIMARY KEY (call, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_name ON files (name);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten (call TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# What was said is found by its words. The index holds no text of its own and is told by triggers what comes and goes,
# cascades of deleted calls among it; secure-delete overwrites there, too, what was deleted (SQLite 3.42).
_WORDS = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS said (
    id INTEGER PRIMARY KEY, call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS said_by_call ON said (call);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, content='said', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER IF NOT EXISTS said_added AFTER INSERT ON said BEGIN
    INSERT INTO words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER IF NOT EXISTS said_removed AFTER DELETE ON said BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.id, old.text);
END;
INSERT INTO said (call, text)
    SELECT call, json_extract(data, '$.text') FROM events
    WHERE kind IN ('caller_said', 'agent_said') AND json_extract(data, '$.text') <> ''
    AND NOT EXISTS (SELECT 1 FROM said);
PRAGMA user_version = 1;
COMMIT;
"""
# What was made of a call that is over; which ones that is to be done with, and which ones an agent
# worker is to read, indexes know that hold no others.
_INSIGHTS = (
    "ALTER TABLE calls ADD COLUMN analysed INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX calls_to_analyse ON calls (last_at) WHERE ended AND NOT analysed",
    "CREATE TABLE insights (call TEXT PRIMARY KEY REFERENCES calls ON DELETE CASCADE, outcome TEXT NOT NULL,"
    " unread INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX insights_to_read ON insights (call) WHERE unread",
)
# What engines did for calls, an entry of the stream in a row for each engine, with its price at that time.
_USAGE = (
    "CREATE TABLE usage (call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE, ms INTEGER NOT NULL,"
    " seq INTEGER NOT NULL, part TEXT NOT NULL, engine TEXT NOT NULL, requests INTEGER NOT NULL,"
    " seconds REAL NOT NULL, read INTEGER NOT NULL, cached INTEGER NOT NULL, written INTEGER NOT NULL,"
    " characters INTEGER NOT NULL, estimated INTEGER NOT NULL, cost REAL, currency TEXT NOT NULL,"
    " PRIMARY KEY (call, ms, seq, part, engine)) WITHOUT ROWID",
)
# Topics of agents' calls, and the lines of calls that are about none of them: places, no words.
_TOPICS = (
    "CREATE TABLE topics (agent TEXT NOT NULL, language TEXT NOT NULL, name TEXT NOT NULL, model TEXT NOT NULL,"
    " mean BLOB NOT NULL, found_at REAL NOT NULL, PRIMARY KEY (agent, name)) WITHOUT ROWID",
    "CREATE TABLE wishes (id INTEGER PRIMARY KEY AUTOINCREMENT, call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE,"
    " line INTEGER NOT NULL, agent TEXT NOT NULL, language TEXT NOT NULL, UNIQUE (call, line))",
    "CREATE INDEX wishes_by_agent ON wishes (agent, language)",
)
# What callers really said, where somebody has corrected what was understood.
_CORRECTIONS = (
    "CREATE TABLE corrections (call TEXT NOT NULL REFERENCES calls ON DELETE CASCADE, turn INTEGER NOT NULL,"
    " text TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, PRIMARY KEY (call, turn)) WITHOUT ROWID",
)


def prepare(db: sqlite3.Connection) -> None:
    """Make what is not there yet."""
    db.executescript(_TABLES)
    if _version(db) < 1:
        db.executescript(_WORDS)
    _add(db, 2, _INSIGHTS)
    _add(db, 3, _USAGE)
    _add(db, 4, (*_TOPICS, *_CORRECTIONS))
    _add(db, 5, outbox.TABLES)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _add(db: sqlite3.Connection, version: int, statements: Sequence[str]) -> None:
    """Bring a database of the version before to this one."""
    if _version(db) >= version:
        return
    with transaction(db):
        if _version(db) < version:  # else somebody else has, meanwhile
            for statement in statements:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {version}")
