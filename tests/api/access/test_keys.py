"""Keys are made, kept as digests, used and revoked."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access import scopes
from api.access.audit import Audit
from api.access.database import Database
from api.access.keys import Keys

ROOT = Path(__file__).parents[3]


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
    secret = keys.make("crm", ("calls:read",))[20:]
    assert len(secret) == 43
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


def test_the_operator_makes_lists_and_revokes_keys(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {"PYTHONPATH": f"{ROOT / 'services'}:{os.environ.get('PYTHONPATH', '')}"}
        environ |= {"API_DIR": str(tmp_path), "REDIS_URL": "redis://nowhere:6379/0"}
        return subprocess.run(
            [sys.executable, "-m", "api.access", *arguments],
            env=os.environ | environ,
            capture_output=True,
            text=True,
            check=False,
        )

    key = run("make", "crm", "calls:read").stdout.strip()
    listed = run("list").stdout
    assert run("revoke", "crm").returncode == 0
    again, wrong = run("revoke", "crm"), run("make", "crm", "calls:eat")
    assert (again.returncode, again.stderr) == (1, "api: there is no key 'crm'\n")
    assert (wrong.returncode, "calls:eat" in wrong.stderr) == (1, True)
    assert "crm" in listed
    assert "last used never" in listed
    assert key not in listed
    database = Database(tmp_path)
    assert key
    assert Keys(database).known(key) is None
    assert [entry.action for entry in Audit(database).entries(10)] == ["key.revoke", "key.make"]
    database.close()


def test_what_was_done_long_ago_is_not_kept(database: Database) -> None:
    audit = Audit(database, days=1)
    audit.note("crm", "old", "c1")
    database.run("UPDATE audit SET at = at - 90000")
    audit.note("crm", "new", "c1")
    assert [entry.action for entry in audit.entries(10)] == ["new"]
