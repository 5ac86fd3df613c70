"""Keys of the API: made for a name, good for some scopes, kept as a digest only. Blocking.

A key is `parley_<id>_<secret>`. The secret has 256 random bits, so its SHA-256 needs no salt and no slow function:
there is nothing to guess.
"""

import hashlib
import hmac
import re
import secrets
import sqlite3
import time
from dataclasses import dataclass

from api.access.database import Database
from api.access.scopes import SCOPES

_FORM = re.compile(r"parley_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_USED_S = 60.0
"""The last use is kept to the minute: not every request is worth a write."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept; times are Unix time in seconds."""

    id: str
    name: str
    scopes: tuple[str, ...]
    made_at: float
    used_at: float | None = None
    """None: never."""
    revoked_at: float | None = None
    """None: it is good."""


class Keys:
    """All keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, name: str, scopes: tuple[str, ...]) -> str:
        """Make a key and return it, the only time; raise ValueError when the name is none, or in use."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name: up to 64 letters, digits, dots, dashes and underscores")
        id_, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        try:
            self._database.run(
                "INSERT INTO keys (id, name, scopes, digest, made_at) VALUES (?, ?, ?, ?, ?)",
                id_,
                name,
                ",".join(scopes),
                _digest(secret),
                time.time(),
            )
        except sqlite3.IntegrityError as error:
            raise ValueError(f"there is a key {name!r} already; revoke it first") from error
        return f"parley_{id_}_{secret}"

    def known(self, text: str) -> Key | None:
        """The key that a text is, which has been used now; None when it is none, or was revoked."""
        form = _FORM.fullmatch(text)
        found = form and self._database.run(f"SELECT digest, {_COLUMNS} FROM keys WHERE id = ?", form[1])
        if not form or not found:
            return None
        (digest, *row) = found[0]
        key = _key(row)
        if not hmac.compare_digest(digest, _digest(form[2])) or key.revoked_at is not None:
            return None
        now = time.time()
        if key.used_at is None or abs(now - key.used_at) > _USED_S:
            self._database.run("UPDATE keys SET used_at = ? WHERE id = ?", now, key.id)
        return key

    def all(self) -> list[Key]:
        """Every key, in the order in which they were made."""
        return [_key(row) for row in self._database.run(f"SELECT {_COLUMNS} FROM keys ORDER BY made_at, id")]

    def is_good(self, key: Key) -> bool:
        """Whether a key that was let in would still be."""
        return bool(self._database.run("SELECT 1 FROM keys WHERE id = ? AND revoked_at IS NULL", key.id))

    def revoke(self, name: str) -> bool:
        """Make the key of a name good for nothing, from the next request on; return whether there was one."""
        revoked = self._database.run(
            "UPDATE keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING id",
            time.time(),
            name,
        )
        return bool(revoked)


_COLUMNS = "id, name, scopes, made_at, used_at, revoked_at"


def _key(row: list[object]) -> Key:
    id_, name, scopes, made_at, used_at, revoked_at = row
    # A scope of another version is none.
    known = tuple(scope for scope in str(scopes).split(",") if scope in SCOPES)
    return Key(str(id_), str(name), known, made_at, used_at, revoked_at)  # type: ignore[arg-type]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
