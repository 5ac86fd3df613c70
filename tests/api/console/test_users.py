"""Who may use the console."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access.audit import Audit
from api.access.database import Database
from api.access.keys import Keys
from api.access.scopes import SCOPES
from api.console import users
from api.console.__main__ import _arguments, _asked
from api.console.door import Door
from api.console.passes import Passes
from api.console.sessions import IDLE_S, LONGEST_S, Sessions
from api.console.users import ROLES, Users

PASSWORD = "correct horse battery"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def people(database: Database) -> Users:
    people = Users(database)
    people.put("anna", "operator")
    return people


def test_a_link_is_good_once_and_then_the_password_is(people: Users) -> None:
    link = people.link("anna")
    assert people.proven("anna", PASSWORD) is None
    assert people.invited(link) == users.User("anna", "operator", has_password=False)
    assert people.choose(link, PASSWORD) == users.User("anna", "operator", has_password=True)
    assert people.invited(link) is None
    assert people.choose(link, "another password") is None
    assert people.proven("anna", PASSWORD) is not None
    assert people.proven("anna", PASSWORD + "!") is None
    assert people.proven("bob", PASSWORD) is None


def test_a_new_link_replaces_the_one_before_and_ends_by_itself(
    people: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = people.link("anna"), people.link("anna")
    assert people.invited(first) is None
    assert people.invited(second) is not None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + users.LINK_S + 1)
    assert people.choose(second, PASSWORD) is None


def test_a_short_password_leaves_the_link_good(people: Users) -> None:
    link = people.link("anna")
    with pytest.raises(ValueError, match="12 to 200"):
        people.choose(link, "short")
    assert people.invited(link) is not None


def test_neither_password_nor_link_is_kept_as_it_is(
    people: Users, database: Database, tmp_path: Path
) -> None:
    link = people.link("anna")
    people.choose(link, PASSWORD)
    second = people.link("anna")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"argon2id" in kept
    for secret in (PASSWORD, link, second):
        assert secret.encode() not in kept


@pytest.mark.parametrize(
    ("name", "role"), [("", "admin"), ("An na", "admin"), ("a" * 33, "admin"), ("anna", "king")]
)
def test_what_is_no_user_is_refused(people: Users, name: str, role: str) -> None:
    with pytest.raises(ValueError, match="user's name" if role != "king" else "no role"):
        people.put(name, role)


def test_a_session_ends_by_itself_and_with_its_user(
    people: Users, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(database)
    began = time.time()
    cookies = [sessions.begin("anna") for _ in range(2)]
    found = sessions.known(cookies[0])
    assert found is not None
    assert (found.name, found.role) == ("anna", "operator")
    people.put("anna", "viewer")
    assert sessions.known(cookies[0]) is not None
    # Used from time to time, it still ends; unused, sooner.
    for hours in range(1, 12):
        monkeypatch.setattr(time, "time", lambda now=began + hours * 3600: now)
        assert (sessions.known(cookies[0]) or found).name == "anna"
        assert (sessions.known(cookies[0]) is not None) == (hours * 3600 < LONGEST_S)
    assert IDLE_S < 11 * 3600
    assert sessions.known(cookies[1]) is None
    monkeypatch.setattr(time, "time", lambda: began + LONGEST_S + 1)
    assert sessions.known(cookies[0]) is None


def test_what_is_open_while_nobody_clicks_is_no_use_of_a_session_but_a_call_is(
    people: Users, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(database)
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    waits, talks = sessions.begin("anna"), sessions.begin("anna")
    for _ in range(3):
        now[0] += IDLE_S / 2
        sessions.known(waits, used=False)
        assert sessions.held(waits) is not None  # a telephone rings on
        assert sessions.held(talks, in_call=True) is not None
    assert sessions.known(waits) is None
    assert sessions.known(talks) is not None
    now[0] += LONGEST_S
    sessions.begin("anna")
    assert sessions.held(waits) is None
    assert sessions.held(talks) is None
    assert sessions.held(talks, in_call=True) is not None  # nobody is cut off
    people.put("anna", "viewer")
    found = sessions.held(talks, in_call=True)
    assert found is not None
    assert found.role == "viewer"
    sessions.end(talks)
    assert sessions.held(talks, in_call=True) is None


def test_who_is_removed_is_logged_out(people: Users, database: Database) -> None:
    sessions = Sessions(database)
    cookie = sessions.begin("anna")
    people.remove("anna")
    assert sessions.known(cookie) is None


def test_the_operator_removes_a_user_by_command(people: Users, database: Database) -> None:
    passes = Passes(Keys(database))
    at = Door(people, Sessions(database), passes, Audit(database))
    cookie, key = at.begin(people.all()[0]), passes.key("anna", "operator")
    arguments = _arguments(["remove", "anna"])
    assert _asked(arguments, "", at) == "anna is no user any more"
    assert people.all() == []
    assert at.sessions.known(cookie) is None
    assert Keys(database).known(key) is None
    with pytest.raises(ValueError, match="there is no user 'anna'"):
        _asked(arguments, "", at)


def test_each_user_has_one_key_good_for_the_role(people: Users, database: Database) -> None:
    keys = Keys(database)
    passes = Passes(keys)
    first = passes.key("anna", "operator")
    assert passes.key("anna", "operator") == first
    known = keys.known(first)
    assert known is not None
    assert (known.name, set(known.scopes)) == ("console.anna", set(ROLES["operator"]))
    second = passes.key("anna", "viewer")
    assert keys.known(first) is None
    assert [key.name for key in keys.all()] == ["console.anna"]
    passes.revoke("anna")
    assert keys.known(second) is None


def test_an_admin_may_everything_and_each_role_more_than_the_one_before() -> None:
    assert set(ROLES["admin"]) == set(SCOPES)
    assert set(ROLES["viewer"]) < set(ROLES["operator"]) < set(ROLES["admin"])
    assert not {"calls:steer", "recordings:read", "agents:write", "audit:read"} & set(ROLES["viewer"])
