"""The database of all cells: its tables, and connections to it. Blocking."""

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_LOCK = 0x5061726C6579  # "Parley"
_TABLES = """
CREATE SCHEMA IF NOT EXISTS parley;
CREATE TABLE IF NOT EXISTS parley.cells (
    cell text PRIMARY KEY, origin text NOT NULL, through bigint NOT NULL, console text NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS parley.calls (
    cell text NOT NULL REFERENCES parley.cells ON DELETE CASCADE, call text NOT NULL,
    started_at double precision NOT NULL, agent text NOT NULL, caller text NOT NULL, caller_end text NOT NULL,
    channel text NOT NULL, outcomes text[] NOT NULL, category text NOT NULL, tags text[] NOT NULL,
    record json NOT NULL, PRIMARY KEY (cell, call)
);
CREATE INDEX IF NOT EXISTS calls_by_time ON parley.calls (started_at, call, cell);
CREATE INDEX IF NOT EXISTS calls_by_caller ON parley.calls (caller_end);
CREATE TABLE IF NOT EXISTS parley.lines (
    cell text NOT NULL, call text NOT NULL, words text[] NOT NULL,
    FOREIGN KEY (cell, call) REFERENCES parley.calls ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS lines_by_call ON parley.lines (cell, call);
CREATE INDEX IF NOT EXISTS lines_by_words ON parley.lines USING gin (words);
CREATE TABLE IF NOT EXISTS parley.agents (
    agent text NOT NULL, number bigint NOT NULL, published_at timestamptz NOT NULL, cell text NOT NULL,
    who text NOT NULL, digest text NOT NULL, files json NOT NULL, PRIMARY KEY (agent, number)
);
CREATE TABLE IF NOT EXISTS parley.agent_files (digest text PRIMARY KEY, content bytea NOT NULL);
CREATE TABLE IF NOT EXISTS parley.agent_cells (
    cell text NOT NULL, agent text NOT NULL, number bigint NOT NULL, state text NOT NULL, detail text NOT NULL,
    seen_at timestamptz NOT NULL, PRIMARY KEY (cell, agent)
);
CREATE UNLOGGED TABLE IF NOT EXISTS parley.cell_states (
    cell text PRIMARY KEY, console text NOT NULL, seen_at timestamptz NOT NULL, state json NOT NULL
);
"""
# What hangs ends: a network that takes packets and gives none, a lock of somebody who died.
_WAITS = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
    "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
}


def connected(url: str, who: str) -> psycopg.Connection:
    """A connection in which every statement is by itself, but in transactions that are begun; raise psycopg.Error.

    `who`: as PostgreSQL shows it. What `url` says stands before what is said here.
    """
    given = conninfo_to_dict(url)
    more = {name: value for name, value in (_WAITS | {"application_name": who}).items() if name not in given}
    return psycopg.connect(make_conninfo(url, **more), autocommit=True)


def prepare(db: psycopg.Connection) -> None:
    """Make what is not there yet; of several cells that do so at once one after the other."""
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        db.execute(_TABLES)
