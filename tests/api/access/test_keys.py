"""Keys are made, kept as digests, used and revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access import scopes
from api.access.__main__ import main
from api.access.audit import Audit
from api.access.database import Database
from api.access.keys import Keys


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def keys(database: Database) -> Keys:
    return Keys(database)


def test_a_key_is_known_again_with_its_scopes_and_its_last_use(keys: Keys) -> None:
    text = keys.make("crm", ("calls:read",))
    (before,) = keys.all()
    known = keys.known(text)
    (after,) = keys.all()
    assert known is not None
    assert (known.name, known.scopes) == ("crm", ("calls:read",))
    assert before.used_at is None
    assert after.used_at is not None


@pytest.mark.parametrize(
    "text", ["", "parley_", "parley_000000000000_" + "a" * 43, "parley_é_x", "x" * 10_000]
)
def test_anything_else_is_no_key(keys: Keys, text: str) -> None:
    keys.make("crm", ("calls:read",))
    assert keys.known(text) is None


def test_another_secret_with_the_same_id_is_no_key(keys: Keys) -> None:
    one, other = keys.make("one", ("calls:read",)), keys.make("other", ("calls:read",))
    assert keys.known(one[:20] + other[20:]) is None


def test_the_secret_is_not_kept(keys: Keys, tmp_path: Path) -> None:
    secret = keys.make("crm", ("calls:read",)).rpartition("_")[2]
    assert [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()] == []


def test_a_name_has_one_key_at_a_time(keys: Keys) -> None:
    old = keys.make("crm", ("calls:read",))
    with pytest.raises(ValueError, match="already"):
        keys.make("crm", ("calls:read",))
    assert keys.revoke("crm")
    assert not keys.revoke("crm")
    assert keys.known(old) is None
    assert keys.known(keys.make("crm", ("calls:read",))) is not None


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "x" * 65, "a\nb"])
def test_a_name_is_a_word(keys: Keys, name: str) -> None:
    with pytest.raises(ValueError, match="is no name"):
        keys.make(name, ("calls:read",))


def test_scopes_are_read_and_what_is_none_is_named() -> None:
    assert scopes.parse(" audit:read, calls:read,") == ("calls:read", "audit:read")
    with pytest.raises(ValueError, match="'calls:eat'"):
        scopes.parse("calls:read,calls:eat")
    with pytest.raises(ValueError, match="which scopes"):
        scopes.parse(" ,")


def test_the_operator_makes_lists_and_revokes_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("API_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://nowhere:6379/0")
    assert main(["make", "crm", "calls:read"]) == 0
    key = capsys.readouterr().out.strip()
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert main(["revoke", "crm"]) == 0
    assert main(["revoke", "crm"]) == 1
    assert main(["make", "crm", "calls:eat"]) == 1
    assert "calls:eat" in capsys.readouterr().err
    assert "crm" in listed
    assert "last used never" in listed
    assert key not in listed
    database = Database(tmp_path)
    assert Keys(database).known(key) is None
    assert [entry.action for entry in Audit(database).entries(10)] == ["key.revoke", "key.make"]
    database.close()


def test_what_was_done_long_ago_is_not_kept(database: Database) -> None:
    audit = Audit(database, days=1)
    audit.note("crm", "old", "c1")
    database.run("UPDATE audit SET at = at - 90000")
    audit.note("crm", "new", "c1")
    assert [entry.action for entry in audit.entries(10)] == ["new"]
