"""Requests that are sent again because their answer was lost: done once, answered twice. Blocking.

After the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): whoever sends the same request with the
same key of its own choice gets the first one's answer.
"""

import hashlib
import time

from api.access.database import Database
from api.access.keys import Key
from api.problems import Problem

KEPT_S = 86_400.0
"""How long an answer is kept."""
_LOST_S = 60.0
"""A request that has no answer after so long will not get one: the service ended meanwhile."""


class Repeats:
    """What was asked with a name, and how it was answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: Key, name: str, *request: str) -> str | None:
        """Note that a request is being done; return the answer of one that was; raise Problem for another one."""
        now, digest = time.time(), _digest(request)
        self._database.run(
            "DELETE FROM repeats WHERE at < ? OR (answer IS NULL AND at < ?)", now - KEPT_S, now - _LOST_S
        )
        if self._database.run(
            "INSERT OR IGNORE INTO repeats VALUES (?, ?, ?, ?, NULL) RETURNING 1", key.id, name, digest, now
        ):
            return None
        found = self._database.run(
            "SELECT request, answer FROM repeats WHERE key = ? AND name = ?", key.id, name
        )
        before, answer = found[0] if found else (digest, None)
        if before != digest:
            raise Problem(409, "other-request", "this Idempotency-Key was used for another request")
        if answer is None:
            raise Problem(409, "in-progress", "the same request is being done", headers={"Retry-After": "5"})
        return str(answer)

    def end(self, key: Key, name: str, answer: str) -> None:
        """Keep the answer."""
        self._database.run("UPDATE repeats SET answer = ? WHERE key = ? AND name = ?", answer, key.id, name)

    def drop(self, key: Key, name: str) -> None:
        """Nothing came of it: the next one may try."""
        self._database.run("DELETE FROM repeats WHERE key = ? AND name = ? AND answer IS NULL", key.id, name)


def _digest(request: tuple[str, ...]) -> str:
    """What was asked is not kept: it may be words for a caller."""
    return hashlib.sha256("\0".join(request).encode()).hexdigest()
