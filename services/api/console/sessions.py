"""Who is logged in: kept here, known to a browser by a random cookie. Blocking."""

import secrets
import time
from dataclasses import dataclass

from api.access.database import Database
from api.console.users import digest

LONGEST_S = 12 * 3600.0
IDLE_S = 2 * 3600.0
_USED_S = 60.0
"""The last use is kept to the minute."""
_TABLE = """
CREATE TABLE IF NOT EXISTS console_sessions (
    digest BLOB PRIMARY KEY, name TEXT NOT NULL, form TEXT NOT NULL, began_at REAL NOT NULL, used_at REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's who is logged in."""

    name: str
    role: str
    """What the user is now."""
    form: str
    """What every form of this session's pages has in it, and no other site can know."""


class Sessions:
    """All that go on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.run(_TABLE)

    def begin(self, name: str) -> str:
        """Begin one and return the cookie's value."""
        cookie, now = secrets.token_urlsafe(32), time.time()
        self._database.run(
            "DELETE FROM console_sessions WHERE began_at < ? OR used_at < ?", now - LONGEST_S, now - IDLE_S
        )
        self._database.run(
            "INSERT INTO console_sessions VALUES (?, ?, ?, ?, ?)",
            digest(cookie),
            name,
            secrets.token_urlsafe(24),
            now,
            now,
        )
        return cookie

    def known(self, cookie: str) -> Session | None:
        """The session of a cookie, which has been used now; None: there is none, or it is over."""
        now = time.time()
        found = self._database.run(
            "SELECT name, role, form, used_at FROM console_sessions JOIN console_users USING (name)"
            " WHERE digest = ? AND began_at > ? AND used_at > ?",
            digest(cookie),
            now - LONGEST_S,
            now - IDLE_S,
        )
        if not found:
            return None
        name, role, form, used_at = found[0]
        if abs(now - used_at) > _USED_S:
            self._database.run(
                "UPDATE console_sessions SET used_at = ? WHERE digest = ?", now, digest(cookie)
            )
        return Session(name, role, form)

    def end(self, cookie: str) -> None:
        """End this one."""
        self._database.run("DELETE FROM console_sessions WHERE digest = ?", digest(cookie))

    def end_all(self, name: str) -> None:
        """End all of a user's."""
        self._database.run("DELETE FROM console_sessions WHERE name = ?", name)
