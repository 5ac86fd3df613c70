"""Analyses calls once they are over, each once, a few at a time: nobody waits for it. What is left to do is known by
the database, so that a restart loses nothing.
"""

import asyncio
import contextlib
import sqlite3
import time

from prometheus_client import Counter, Gauge, Histogram

from parley import log
from records.insight.course import Course, follow
from records.insight.insight import Insight, analyse
from records.insight.outcome import OUTCOMES
from records.insight.tags import TAGS
from records.store import Store

OUTCOME = Counter(
    "parley_calls_outcome_total",
    "Calls and chats that are over, by what became of them, and by the version of the agent where two share its calls.",
    ["agent", "channel", "outcome", "variant"],
)
TAGGED = Counter(
    "parley_calls_tags_total",
    "Calls and chats in which something happened that calls are found by, by its name.",
    ["agent", "tag"],
)
SCORE = Histogram(
    "parley_calls_score_ratio",
    "How good calls and chats were in which the caller said something: their score, as a share of 100.",
    ["agent", "variant"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
)
FAILED = Counter(
    "parley_calls_analysis_failed_total", "Calls that could not be analysed, and are not any more."
)
WAITING = Gauge(
    "parley_calls_to_analyse",
    "Calls that are over and were not analysed yet, as far as they are looked at together.",
)

LOOK_S = 5.0
"""Between two looks whether a call is over."""
SETTLED_S = 5.0
"""What other services tell of a call's last seconds has come so long after its end."""
_AT_ONCE = 20
_BREATH_S = 0.5
"""Between so many and the next, when there are more: events that come in meanwhile wait for the database."""
FRESH_S = 3600.0
"""What is older is not counted, nor read: it was kept before calls were analysed."""

_log = log.get("analyst")


class Analyst:
    """Looks for calls that are over."""

    def __init__(self, store: Store, *, wanted: bool = True) -> None:
        """`store` is its own: it works on a thread of its own. Calls that end while it is not `wanted` never are."""
        self._store = store
        self._wanted = wanted
        self._known: set[str] = set()
        self._looked_at = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        while not stopping.is_set():
            count = 0
            try:
                count = await asyncio.to_thread(self.look, time.time())
            except sqlite3.Error as error:  # a full disk, a database that is being moved: they wait
                _log.error("calls cannot be analysed now", error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _BREATH_S if count == _AT_ONCE else LOOK_S)

    def look(self, now: float) -> int:
        """Analyse some calls that are over by `now` (Unix time); return how many there were. Blocks."""
        self._count_from_nought(now)
        waiting = self._store.to_analyse(now - SETTLED_S, _AT_ONCE)
        WAITING.set(len(waiting))
        for call in waiting:
            if self._wanted:
                self._analyse(call, now)
            else:
                self._store.analysed(call, None)
        return len(waiting)

    def _count_from_nought(self, now: float) -> None:
        """Have the first call of an agent be seen as one more than none."""
        for agent in self._store.agents_since(self._looked_at) - self._known:
            for outcome in OUTCOMES:
                OUTCOME.labels(agent, "voice", outcome, "")
            for tag in TAGS:
                TAGGED.labels(agent, tag)
            SCORE.labels(agent, "")
            self._known.add(agent)
        self._looked_at = now - FRESH_S

    def _analyse(self, call: str, now: float) -> None:
        events = self._store.events(call)
        if not events:
            return  # its caller was forgotten meanwhile
        try:
            course = follow(events)
            insight = analyse(course)
        except Exception:  # whatever it is: it must not keep the others, for ever
            FAILED.inc()
            _log.exception("a call could not be analysed", call=call)
            self._store.analysed(call, None)
            return
        fresh = now - max(event.at for event in events) < FRESH_S
        if self._store.analysed(call, insight, unread=fresh and bool(course.callers)) and fresh:
            _count(course, insight)


def _count(course: Course, insight: Insight) -> None:
    OUTCOME.labels(course.agent, course.channel, insight.outcome, course.variant).inc()
    for tag in insight.tags:
        TAGGED.labels(course.agent, tag).inc()
    if insight.score is not None:
        SCORE.labels(course.agent, course.variant).observe(insight.score / 100)
