"""Who changed something, or heard a voice, and when: kept in the database, and logged. Blocking."""

import time
from dataclasses import dataclass

from api.access.database import Database
from parley import log

OPERATOR = "operator"
"""Who works on the machine itself, by `make`."""

_log = log.get("audit")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done."""

    id: int
    at: float
    """Unix time in seconds."""
    who: str
    """The name of the key."""
    action: str
    """As `recording.read`."""
    subject: str
    """What it was done to: a call, a key. Never a caller's number, since callers are forgotten."""
    outcome: str


class Audit:
    """The log."""

    def __init__(self, database: Database, days: int = 0) -> None:
        """`days`: how long it is kept, 0 for ever."""
        self._database = database
        self._days = days

    def note(self, who: str, action: str, subject: str, outcome: str = "done") -> None:
        """Write down what was done."""
        self._database.run(
            "INSERT INTO audit (at, who, action, subject, outcome) VALUES (?, ?, ?, ?, ?)",
            time.time(),
            who,
            action,
            subject,
            outcome,
        )
        if self._days:
            self._database.run("DELETE FROM audit WHERE at < ?", time.time() - self._days * 86_400)
        _log.info("done", who=who, action=action, subject=subject, outcome=outcome)

    def entries(self, count: int, before: int | None = None) -> list[Entry]:
        """The newest entries, or those before one."""
        rows = self._database.run(
            "SELECT id, at, who, action, subject, outcome FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
            2**62 if before is None else before,
            count,
        )
        return [Entry(*row) for row in rows]
