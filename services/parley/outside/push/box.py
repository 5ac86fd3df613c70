"""What is kept for pushes, in SQLite: our key, browsers by user, and calls to tell of. Blocking; any thread, any number
of processes: the console puts in, and the service `webhooks` sends.
"""

import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from parley.disk import durable
from parley.outside.endpoints import MOST_OF_URL, URL_FORM

_FILE = "push.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS keys (number INTEGER PRIMARY KEY CHECK (number = 1), private BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS browsers (
    url TEXT PRIMARY KEY, name TEXT NOT NULL, point BLOB NOT NULL, secret BLOB NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rings (number INTEGER PRIMARY KEY, name TEXT NOT NULL, until REAL NOT NULL);
"""
MOST = 10
"""Browsers of one user; the oldest one goes."""
POINT, SECRET = 65, 16
"""Bytes of a browser's public key (P-256, uncompressed) and of its secret (RFC 8291, section 3.2)."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One that somebody has asked to be told by."""

    url: str = field(repr=False)
    """Where its maker takes messages for it: whoever knows it can send some."""
    point: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    @classmethod
    def read(cls, url: str, point: str, secret: str) -> "Browser":
        """As a browser tells it, in base64 without padding; raise ValueError, naming the field, for what is none."""
        if not re.fullmatch(URL_FORM, url) or not url.startswith("https:") or len(url) > MOST_OF_URL:
            raise ValueError(f"endpoint: must be an address by https, with at most {MOST_OF_URL} characters")
        return cls(url, _bytes("p256dh", point, POINT), _bytes("auth", secret, SECRET))


def _bytes(name: str, text: str, length: int) -> bytes:
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) < 200 else b""
    except ValueError:
        found = b""
    if len(found) != length:
        raise ValueError(f"{name}: must be {length} bytes in base64 for URLs")
    return found


class PushBox(durable.Shared):
    """The file in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / _FILE, _TABLES)

    def private(self, made: Callable[[], bytes]) -> bytes:
        """Our private key, which is `made` when it is asked for first; browsers know us by it from then on."""
        found = self._run("SELECT private FROM keys")
        if not found:  # another process may be as far
            self._run("INSERT OR IGNORE INTO keys VALUES (1, ?)", made())
            found = self._run("SELECT private FROM keys")
        return bytes(found[0][0])

    def add(self, name: str, browser: Browser) -> None:
        """Tell a user by this browser, too; it was perhaps another user's before."""
        self._run(
            "INSERT OR REPLACE INTO browsers VALUES (?, ?, ?, ?, ?)",
            browser.url,
            name,
            browser.point,
            browser.secret,
            time.time(),
        )
        self._run(
            "DELETE FROM browsers WHERE name = ? AND url NOT IN"
            " (SELECT url FROM browsers WHERE name = ? ORDER BY at DESC LIMIT ?)",
            name,
            name,
            MOST,
        )

    def remove(self, url: str, name: str = "") -> None:
        """Tell by this browser no more, where it is that user's or, without a name, anybody's."""
        self._run("DELETE FROM browsers WHERE url = ? AND ? IN ('', name)", url, name)

    def forget(self, name: str) -> None:
        """Tell a user by no browser any more."""
        self._run("DELETE FROM browsers WHERE name = ?", name)
        self._run("DELETE FROM rings WHERE name = ?", name)

    def of(self, name: str) -> list[Browser]:
        """A user's browsers, the newest first."""
        rows = self._run("SELECT url, point, secret FROM browsers WHERE name = ? ORDER BY at DESC", name)
        return [Browser(*row) for row in rows]

    def ring(self, name: str, until: float) -> None:
        """Tell a user that there is a call, before a moment in Unix time in seconds: nobody waits longer."""
        self._run("INSERT INTO rings (name, until) VALUES (?, ?)", name, until)

    def rung(self) -> list[tuple[str, float]]:
        """Take out who is to be told, and until when."""
        rows = self._run("DELETE FROM rings RETURNING name, until")
        return [(name, until) for name, until in rows if until > time.time()]
