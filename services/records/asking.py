"""Has agent workers read what callers said in calls that are over: what they were about, and how callers felt.

The models are theirs, and they read when no caller waits. What nobody has read within an hour of a call's end stays
unread. Which calls are to be read is known by the database, so that a restart loses none.
"""

import asyncio
import re
import time

import msgspec
from prometheus_client import Counter, Histogram

from parley import log
from parley.outside.readings import Read, Reading, Readings
from records.insight.course import Course, follow
from records.insight.insight import Insight, course_of
from records.kept.topics import Kind
from records.looking import look_for_ever
from records.store import Store

CATEGORY = Counter(
    "parley_calls_category_total",
    "Calls and chats that were read, by what they were about: one of the agent's categories, a topic, or none.",
    ["agent", "category"],
)
PLEASED = Histogram(
    "parley_calls_pleased_ratio",
    "How pleased callers were over a call or chat that was read: 0 displeased, 0.5 neither, 1 pleased.",
    ["agent"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
)
UNREAD = Counter(
    "parley_calls_unread_total",
    "Calls and chats that no agent worker has read within an hour of their end, or whose agent there is no more.",
)

LOOK_S = 5.0
ASK_S = 20.0
"""A worker that is busy all the time says so by then; a language model may be asked within it."""
GIVE_UP_S = 3600.0
_AT_ONCE = 5
_MOST_LINES = 200
"""Lines of a call that are read, the first ones."""
_NONE = "none"
_WORD = re.compile(r"[^\W\d_]")

_log = log.get("asking")


class Asking:
    """Looks for calls that are to be read."""

    def __init__(self, store: Store, readings: Readings) -> None:
        """`store` is its own: it works on a thread of its own."""
        self._store = store
        self._readings = readings

    async def run(self) -> None:
        """Look for ever."""
        await look_for_ever(
            self.look,
            LOOK_S,
            _log,
            away="agent workers cannot be asked",
            broke="what was read in calls cannot be kept",
        )

    async def look(self) -> None:
        """Have some calls read, one after the other."""
        for call, at, insight in await asyncio.to_thread(self._store.unread, _AT_ONCE):
            await self._have_read(call, at, insight)

    async def _have_read(self, call: str, at: float, insight: Insight) -> None:
        events = await asyncio.to_thread(self._store.events, call)
        if not events:
            return  # its caller was forgotten meanwhile
        course = follow(events)
        spoken = [str(event.data.get("language", "")) for event in events if event.kind == "language"]
        kind = Kind(course.agent, spoken[-1] if spoken else "")
        read = await self._ask(call, course, kind)
        if read is not None and read.result == "read":
            insight = _with(insight, course, read)
            _count(course.agent, insight)
        elif (read is None or read.result == "busy") and time.time() - at < GIVE_UP_S:
            return
        else:
            UNREAD.inc()
        wishes = read.wishes if read is not None else []
        await asyncio.to_thread(self._store.was_read, call, insight, kind, wishes)

    async def _ask(self, call: str, course: Course, kind: Kind) -> Read | None:
        reading = Reading(
            id=call,
            agent=kind.agent,
            language=kind.language,
            lines=lines(course),
            topics=await asyncio.to_thread(self._store.topics.known, kind),
            until=time.time() + ASK_S,
        )
        return await self._readings.ask(reading, ASK_S)


def lines(course: Course) -> list[str]:
    """What the caller said in words."""
    return [line.text for line in course.callers[:_MOST_LINES] if _WORD.search(line.text)]


def _with(insight: Insight, course: Course, read: Read) -> Insight:
    told = iter(read.sentiment)
    turns = [next(told, None) if _WORD.search(line.text) else None for line in course.callers[:_MOST_LINES]]
    return msgspec.structs.replace(
        insight, category=read.category, category_by=read.by, sentiment=course_of(turns)
    )


def _count(agent: str, insight: Insight) -> None:
    CATEGORY.labels(agent, insight.category or _NONE).inc()
    if insight.sentiment is not None:
        PLEASED.labels(agent).observe((1 + insight.sentiment.mean) / 2)
