"""Who is logged in: kept here, known to a browser by a random cookie. Blocking."""

import secrets
import time
from dataclasses import dataclass

from api.access.database import Database
from api.console.users import digest

LONGEST_S = 12 * 3600.0
IDLE_S = 2 * 3600.0
_KEPT_S = 2 * LONGEST_S
"""A call that goes on is not ended by its session's age; it is over by then."""
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
        self._database.run("DELETE FROM console_sessions WHERE began_at < ?", now - _KEPT_S)
        self._database.run(
            "INSERT INTO console_sessions VALUES (?, ?, ?, ?, ?)",
            digest(cookie),
            name,
            secrets.token_urlsafe(24),
            now,
            now,
        )
        return cookie

    def known(self, cookie: str, *, used: bool = True) -> Session | None:
        """The session of a cookie; None: there is none, or it is over. `used`: somebody has done something with it."""
        now = time.time()
        found = self._found(cookie, now - LONGEST_S)
        if found is None or found[1] <= now - IDLE_S:
            return None
        if used and abs(now - found[1]) > _USED_S:
            self._database.run(
                "UPDATE console_sessions SET used_at = ? WHERE digest = ?", now, digest(cookie)
            )
        return found[0]

    def held(self, cookie: str, *, in_call: bool = False) -> Session | None:
        """The session of what is open while nobody clicks: a telephone that waits to ring, which is no use of it, or a
        call, which is, and goes on past its end. Who logs out, or is no user any more, ends both.
        """
        if in_call:
            self.known(cookie)
        found = self._found(cookie, 0 if in_call else time.time() - LONGEST_S)
        return found[0] if found else None

    def _found(self, cookie: str, since: float) -> tuple[Session, float] | None:
        """One that began after that, and its last use."""
        rows = self._database.run(
            "SELECT name, role, form, used_at FROM console_sessions JOIN console_users USING (name)"
            " WHERE digest = ? AND began_at > ?",
            digest(cookie),
            since,
        )
        return (Session(*rows[0][:3]), rows[0][3]) if rows else None

    def end(self, cookie: str) -> None:
        """End this one."""
        self._database.run("DELETE FROM console_sessions WHERE digest = ?", digest(cookie))

    def end_all(self, name: str) -> None:
        """End all of a user's."""
        self._database.run("DELETE FROM console_sessions WHERE name = ?", name)
