"""Has agent workers look for topics among calls whose agent's file does not say what its callers want.

Once in a while, and only where there is something new. Later calls are held against the topics when they are read.
"""

import asyncio
import secrets
import time

from prometheus_client import Counter

from parley import log
from parley.outside.over.topics import Grouped, Grouping, Groupings
from records.asking import lines
from records.insight.course import follow
from records.kept.topics import MOST, Kind, Wish
from records.looking import look_for_ever
from records.store import Store

FOUND = Counter(
    "parley_topics_found_total",
    "Topics that were found among calls whose agent's file names no categories.",
    ["agent"],
)

LOOK_S = 60.0
AGAIN_S = 600.0
"""Between two looks among the same calls."""
ASK_S = 50.0
"""Some hundreds of lines take an agent worker some seconds, between its callers."""
FEWEST_CALLS = 5
MOST_LINES = 300

_log = log.get("grouping")


class Grouper:
    """Looks for calls that may have a topic in common."""

    def __init__(self, store: Store, groupings: Groupings) -> None:
        """`store` is its own: it works on a thread of its own."""
        self._store = store
        self._groupings = groupings
        self._looked: dict[Kind, tuple[float, int]] = {}
        """When among some calls, and the number of the newest line then."""

    async def run(self) -> None:
        """Look for ever."""
        await look_for_ever(
            lambda: self.look(time.time()),
            LOOK_S,
            _log,
            away="agent workers cannot be asked for topics",
            broke="topics cannot be kept",
        )

    async def look(self, now: float) -> None:
        """Look among all calls in which there is something new by `now` (Unix time)."""
        for kind, (calls, newest) in (await asyncio.to_thread(self._store.topics.waiting)).items():
            looked_at, looked_to = self._looked.get(kind, (0.0, 0))
            if calls < FEWEST_CALLS or newest <= looked_to or now - looked_at < AGAIN_S:
                continue
            if await self._group(kind, now):
                self._looked[kind] = (now, newest)

    async def _group(self, kind: Kind, now: float) -> bool:
        """Look among some calls; False: nobody had time."""
        wishes, texts, taken = await asyncio.to_thread(self._gathered, kind)
        left = MOST - len(await asyncio.to_thread(self._store.topics.known, kind))
        if left <= 0 or not wishes:
            return True
        numbers = {call: number for number, call in enumerate(dict.fromkeys(wish.call for wish in wishes))}
        asked = Grouping(
            id=secrets.token_hex(16),
            agent=kind.agent,
            language=kind.language,
            lines=texts,
            calls=[numbers[wish.call] for wish in wishes],
            taken=taken,
            until=time.time() + ASK_S,
        )
        answer = await self._groupings.ask(asked, ASK_S)
        if answer is None or answer.result == "busy":
            return False
        await asyncio.to_thread(self._keep, kind, wishes, answer, left, now)
        return True

    def _gathered(self, kind: Kind) -> tuple[list[Wish], list[str], list[str]]:
        """Lines that are about no topic, their words, and names that are taken. Blocks."""
        found: list[tuple[Wish, str]] = []
        said: dict[str, list[str]] = {}
        for wish in self._store.topics.wishes(kind, MOST_LINES):
            if wish.call not in said:
                events = self._store.events(wish.call)
                said[wish.call] = lines(follow(events)) if events else []
            if wish.line < len(said[wish.call]):
                found.append((wish, said[wish.call][wish.line]))
        return [wish for wish, _ in found], [text for _, text in found], self._store.topics.names(kind.agent)

    def _keep(self, kind: Kind, wishes: list[Wish], answer: Grouped, left: int, now: float) -> None:
        for each in answer.found[:left]:
            self._store.topics.add(kind, each.topic, [wishes[place] for place in each.lines], now)
            FOUND.labels(kind.agent).inc()
            _log.info("a topic was found", agent=kind.agent, topic=each.topic.name, lines=len(each.lines))
