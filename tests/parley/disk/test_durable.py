"""What is written is whole, and what is deleted is gone from the disk."""

import sqlite3
from pathlib import Path

import pytest

from parley.disk import durable

SECRET = b"a secret of +4930123456"


def kept(db: sqlite3.Connection) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM notes")]


def half_done(db: sqlite3.Connection) -> None:
    with durable.transaction(db):
        db.execute("INSERT INTO notes VALUES ('two')")
        db.execute("INSERT INTO absent VALUES ('three')")


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    db = durable.opened(tmp_path / "folder/notes.sqlite")
    db.execute("CREATE TABLE notes (text TEXT)")
    return db


def test_a_transaction_is_all_or_nothing_and_others_read_meanwhile(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    other = durable.reading(tmp_path / "folder/notes.sqlite")
    with durable.transaction(db):
        db.execute("INSERT INTO notes VALUES ('one')")
        assert kept(other) == []
    assert kept(other) == ["one"]
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        half_done(db)
    assert kept(db) == ["one"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        other.execute("DELETE FROM notes")


def test_what_is_deleted_is_in_no_file_once_it_is_flushed(db: sqlite3.Connection, tmp_path: Path) -> None:
    db.execute("INSERT INTO notes VALUES (?)", (SECRET.decode(),))
    files = list((tmp_path / "folder").iterdir())
    assert any(SECRET in file.read_bytes() for file in files)
    db.execute("DELETE FROM notes")
    durable.flush(db)
    assert not any(SECRET in file.read_bytes() for file in files)


def test_callers_are_compared_as_numbers_by_who_reads_too(db: sqlite3.Connection, tmp_path: Path) -> None:
    for each in (db, durable.reading(tmp_path / "folder/notes.sqlite")):
        assert each.execute("SELECT same_caller('+49 30 123456', '004930123456')").fetchone() == (1,)


def test_nobody_reads_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        durable.reading(tmp_path / "nothing.sqlite")
