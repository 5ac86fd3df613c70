"""What callers really said, in the records' database: a turn's words as somebody has heard them."""

import sqlite3

from parley.disk.durable import transaction
from parley.outside.over.corrections import Correction


class Corrections:
    """Those of all calls."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, call: str) -> dict[int, str]:
        """What was said in a call, by the turn, as far as it was corrected."""
        found = self._db.execute("SELECT turn, text FROM corrections WHERE call = ?", (call,))
        return dict(found.fetchall())

    def keep(self, correction: Correction, at: float) -> bool:
        """Keep one in the place of an earlier one (`at`: Unix time); False: no such call or turn is kept."""
        call, turn = correction.call, correction.turn
        with transaction(self._db):
            said = self._db.execute(
                "SELECT 1 FROM events WHERE call = ? AND kind = 'caller_said' AND json_extract(data, '$.turn') = ?",
                (call, turn),
            ).fetchone()
            if said is None:
                return False
            self._db.execute("DELETE FROM corrections WHERE call = ? AND turn = ?", (call, turn))
            if correction.text:
                self._db.execute(
                    "INSERT INTO corrections (call, turn, text, at, by) VALUES (?, ?, ?, ?, ?)",
                    (call, turn, correction.text, at, correction.by),
                )
        return True
