"""Topics of agents' calls in the records' database, and the lines that are in none: places in calls, no words.

A topic stays when its calls are deleted: who calls for the same later is counted under the same name. It holds words
that were said in several calls, and a mean.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from parley.disk.durable import transaction
from parley.outside.over.topics import Topic
from records.insight.insight import Insight

MOST = 30
"""Topics of an agent in one language: each is a series of metrics."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls that have topics of their own."""

    agent: str
    language: str
    """Empty: the agent's main one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A line that wants something, among those of its call."""

    call: str
    line: int


class Topics:
    """What is kept of them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def known(self, kind: Kind) -> list[Topic]:
        """The topics of some calls, the oldest first."""
        found = self._db.execute(
            "SELECT name, model, mean FROM topics WHERE agent = ? AND language = ? ORDER BY found_at, name",
            (kind.agent, kind.language),
        )
        return [Topic(name=name, model=model, mean=mean) for name, model, mean in found]

    def names(self, agent: str) -> list[str]:
        """Of all topics of an agent."""
        return [name for (name,) in self._db.execute("SELECT name FROM topics WHERE agent = ?", (agent,))]

    def wait(self, call: str, kind: Kind, lines: Sequence[int]) -> None:
        """Keep which lines of a call are about no topic yet; within a transaction of the caller's."""
        self._db.executemany(
            "INSERT OR IGNORE INTO wishes (call, line, agent, language) VALUES (?, ?, ?, ?)",
            [(call, line, kind.agent, kind.language) for line in lines],
        )

    def waiting(self) -> dict[Kind, tuple[int, int]]:
        """How many calls have such lines, and the number of the newest such line."""
        found = self._db.execute(
            "SELECT agent, language, count(DISTINCT call), max(id) FROM wishes GROUP BY agent, language"
        )
        return {Kind(agent, language): (calls, newest) for agent, language, calls, newest in found}

    def wishes(self, kind: Kind, most: int) -> list[Wish]:
        """The newest of these lines, and no more from now on than these."""
        found = self._db.execute(
            "SELECT id, call, line FROM wishes WHERE agent = ? AND language = ? ORDER BY id DESC LIMIT ?",
            (kind.agent, kind.language, most),
        ).fetchall()
        if len(found) == most:
            self._db.execute(
                "DELETE FROM wishes WHERE agent = ? AND language = ? AND id < ?",
                (kind.agent, kind.language, found[-1][0]),
            )
        return [Wish(call, line) for _, call, line in reversed(found)]

    def add(self, kind: Kind, topic: Topic, wishes: Sequence[Wish], at: float) -> None:
        """Keep a topic that was found (`at`: Unix time), and what its calls were about, where that was not known."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO topics (agent, language, name, model, mean, found_at) VALUES (?, ?, ?, ?, ?, ?)",
                (kind.agent, kind.language, topic.name, topic.model, topic.mean, at),
            )
            for wish in wishes:
                self._db.execute("DELETE FROM wishes WHERE call = ? AND line = ?", (wish.call, wish.line))
            for call in {wish.call for wish in wishes}:
                self._tell(call, topic.name)

    def _tell(self, call: str, name: str) -> None:
        found = self._db.execute("SELECT data FROM insights WHERE call = ?", (call,)).fetchone()
        if found is None:
            return  # forgotten meanwhile
        insight = msgspec.json.decode(found[0], type=Insight)
        if not insight.category:
            told = msgspec.structs.replace(insight, category=name, category_by="topic")
            data = msgspec.json.encode(told).decode()
            self._db.execute("UPDATE insights SET data = ? WHERE call = ?", (data, call))
