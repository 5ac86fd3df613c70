"""Who may use the console, and as what; passwords are kept as Argon2id (RFC 9106). Blocking."""

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.access.database import Database
from api.access.scopes import SCOPES

_VIEWER = ("calls:read", "campaigns:read", "agents:read", "health:read")
_STEERS = ("calls:steer", "calls:supervise", "chats:steer", "campaigns:write")
_OPERATOR = (*_VIEWER, *_STEERS, "recordings:read", "outage:switch", "answers:write", "calls:correct")
ROLES: dict[str, tuple[str, ...]] = {"viewer": _VIEWER, "operator": _OPERATOR, "admin": tuple(SCOPES)}
"""What each may ask of the API, which is asked for everything: it refuses the rest by itself."""
LINK_S = 86_400.0
"""How long the link is good by which a password is chosen."""
SHORTEST, LONGEST = 12, 200
"""Characters of a password; no rules beside, as NIST SP 800-63B (5.1.1.2) advises."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_TABLES = (
    "CREATE TABLE IF NOT EXISTS console_users"
    " (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, made_at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS console_links"
    " (digest BLOB PRIMARY KEY, name TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS console_phones (name TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE,"
    " available INTEGER NOT NULL DEFAULT 0, wrap_up INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    # Whom a provider of OpenID Connect knows: a name may change hands there, its subject does not.
    "CREATE TABLE IF NOT EXISTS console_subjects (issuer TEXT NOT NULL, subject TEXT NOT NULL,"
    " name TEXT NOT NULL UNIQUE, PRIMARY KEY (issuer, subject)) WITHOUT ROWID",
)
_hasher = PasswordHasher()
_ONE = BoundedSemaphore(1)
"""A password takes 64 MB to hash: one at a time."""
_NOBODYS = _hasher.hash(secrets.token_urlsafe())
"""What a wrong name is compared with, so that it takes as long as a right one."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may use the console."""

    name: str
    role: str
    has_password: bool
    """False: the link has not been used yet, or there is none."""
    outside: bool = False
    """Whether a provider says who it is, and their role."""


class Users:
    """All of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        for table in _TABLES:
            database.run(table)

    def put(self, name: str, role: str) -> None:
        """Make a user, or give one another role; raise ValueError when the name or the role is none."""
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is no user's name: up to 32 small letters, digits, dots, dashes, underscores"
            )
        if role not in ROLES:
            raise ValueError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
        self._database.run(
            "INSERT INTO console_users (name, role, made_at) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET role = excluded.role",
            name,
            role,
            time.time(),
        )

    def one(self, name: str) -> User | None:
        """The user of this name."""
        return next((user for user in self.all() if user.name == name), None)

    def all(self) -> list[User]:
        """Every user, by name."""
        rows = self._database.run(
            "SELECT name, role, password IS NOT NULL, subject IS NOT NULL FROM console_users"
            " LEFT JOIN console_subjects USING (name) ORDER BY name"
        )
        return [User(name, role, bool(has), bool(outside)) for name, role, has, outside in rows]

    def of(self, issuer: str, subject: str) -> User | None:
        """The user whom a provider knows as this subject."""
        found = self._database.run(
            "SELECT name FROM console_subjects WHERE issuer = ? AND subject = ?", issuer, subject
        )
        return self.one(found[0][0]) if found else None

    def adopt(self, name: str, role: str, issuer: str, subject: str) -> User | None:
        """Make the user whom a provider knows as this subject; None: the name is another's."""
        made = self._database.run(
            "INSERT INTO console_subjects SELECT ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM console_users WHERE name = ?) ON CONFLICT (issuer, subject)"
            " DO UPDATE SET name = excluded.name ON CONFLICT DO NOTHING RETURNING name",
            issuer,
            subject,
            name,
            name,
        )
        if not made:
            return None
        self.put(name, role)
        return self.one(name)

    def remove(self, name: str) -> None:
        """The user is none any more, from the next request on."""
        for table in ("console_users", "console_links", "console_phones", "console_subjects"):
            self._database.run(f"DELETE FROM {table} WHERE name = ?", name)

    def link(self, name: str) -> str:
        """The secret of a link by which this user chooses a password, once; those before are good for nothing."""
        secret = secrets.token_urlsafe(32)
        self._database.run("DELETE FROM console_links WHERE name = ? OR until < ?", name, time.time())
        self._database.run(
            "INSERT INTO console_links VALUES (?, ?, ?)", digest(secret), name, time.time() + LINK_S
        )
        return secret

    def invited(self, secret: str) -> User | None:
        """Whose link this is; None: nobody's, or it has been used."""
        found = self._database.run(
            "SELECT name FROM console_links WHERE digest = ? AND until > ?", digest(secret), time.time()
        )
        return self.one(found[0][0]) if found else None

    def choose(self, secret: str, password: str) -> User | None:
        """Have the link's user have this password, and the link be used; raise ValueError when it is too short."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
        with _ONE:
            kept = _hasher.hash(password)
        found = self._database.run(
            "DELETE FROM console_links WHERE digest = ? AND until > ? RETURNING name",
            digest(secret),
            time.time(),
        )
        if not found:
            return None
        self._database.run("UPDATE console_users SET password = ? WHERE name = ?", kept, found[0][0])
        return self.one(found[0][0])

    def proven(self, name: str, password: str) -> User | None:
        """The user of this name, whose password this is."""
        found = self._database.run("SELECT password FROM console_users WHERE name = ?", name)
        kept = found[0][0] if found else None
        with _ONE:
            good = _is(kept or _NOBODYS, password[:LONGEST])
        return self.one(name) if good and kept else None


def digest(secret: str) -> bytes:
    """What is kept of a secret of 256 random bits: there is nothing to guess, so nothing slow is needed."""
    return hashlib.sha256(secret.encode()).digest()


def _is(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False
