"""Sends what waits in the spool, to every receiver by itself: one that is slow keeps nobody else waiting."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress

from prometheus_client import Counter, Gauge, Histogram

from parley import log
from parley.outside.endpoints import Endpoint
from parley.outside.spool import Letter, Spool
from webhooks import backoff
from webhooks.sending import Sender

DELIVERED = Counter("parley_webhooks_delivered_total", "Messages that were taken.", ["endpoint", "event"])
FAILED = Counter(
    "parley_webhooks_failed_total", "Tries to deliver a message that failed, by why.", ["endpoint", "reason"]
)
DIED = Counter(
    "parley_webhooks_died_total", "Messages that are not tried any more, after a day.", ["endpoint"]
)
WAITING = Gauge("parley_webhooks_waiting", "Messages that wait to be taken.", ["endpoint"])
DEAD = Gauge("parley_webhooks_dead", "Messages that are kept and not tried any more.", ["endpoint"])
OLDEST = Gauge(
    "parley_webhooks_oldest_seconds", "For how long the oldest message that waits has waited.", ["endpoint"]
)
SECONDS = Histogram(
    "parley_webhooks_try_seconds",
    "How long a try to deliver a message took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)

AT_ONCE = 4
"""Messages on their way to one receiver."""
_LOOK_S = 0.5
"""Others put in messages, too, and times come; so often is looked."""
MEASURE_S = 2.0
"""All messages are counted no more often."""
_PAUSE_S = 1.0

_log = log.get("delivery")


class Delivery:
    """Carries messages from the spool to their receivers."""

    def __init__(
        self,
        spool: Spool,
        sender: Sender,
        wait_s: Callable[[int, float, float | None], float | None] = backoff.wait_s,
    ) -> None:
        """`wait_s`: as backoff.wait_s."""
        self._spool = spool
        self._sender = sender
        self._wait_s = wait_s
        self._awake = asyncio.Event()
        self._on_their_way: dict[str, set[int]] = {}
        """Numbers of messages by receiver."""
        self._measured = -MEASURE_S
        self._known: set[str] = set()
        """Receivers that have figures."""

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; tries that have begun are seen to their end."""
        async with asyncio.TaskGroup() as tries:
            while not stopping.is_set():
                self._awake.clear()
                try:
                    for endpoint, letter in await asyncio.to_thread(self._due, time.time()):
                        tries.create_task(self._deliver(endpoint, letter))
                except sqlite3.Error as error:
                    _log.error("messages cannot be read", error=str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), _LOOK_S)

    def _due(self, now: float) -> list[tuple[Endpoint, Letter]]:
        """What is to be sent now, and from now on is on its way."""
        due = []
        for endpoint in self._spool.endpoints():
            on_their_way = self._on_their_way.setdefault(endpoint.name, set())
            # Those on their way are still due, and among the first.
            for letter in self._spool.due(endpoint.name, now, 2 * AT_ONCE):
                if letter.number not in on_their_way and len(on_their_way) < AT_ONCE:
                    on_their_way.add(letter.number)
                    due.append((endpoint, letter))
        self._measure(now)
        return due

    def _measure(self, now: float) -> None:
        if time.monotonic() - self._measured < MEASURE_S:
            return
        self._measured = time.monotonic()
        figures = self._spool.figures()
        for name in self._known - figures.keys():
            for gauge in (WAITING, DEAD, OLDEST):
                gauge.remove(name)
        self._known = set(figures)
        for name, each in figures.items():
            WAITING.labels(name).set(each.waiting)
            DEAD.labels(name).set(each.dead)
            OLDEST.labels(name).set(0.0 if each.oldest_at is None else max(0.0, now - each.oldest_at))

    async def _deliver(self, endpoint: Endpoint, letter: Letter) -> None:
        try:
            await self._try(endpoint, letter)
        except sqlite3.Error as error:
            # It was perhaps taken and is sent again: at least once.
            _log.error("what became of a message cannot be written", error=str(error))
            await asyncio.sleep(_PAUSE_S)
        finally:
            self._on_their_way[endpoint.name].discard(letter.number)
            self.wake()

    async def _try(self, endpoint: Endpoint, letter: Letter) -> None:
        began = time.monotonic()
        failed = await self._sender.send(endpoint, letter, time.time())
        SECONDS.observe(time.monotonic() - began)
        told = {"endpoint": endpoint.name, "about": letter.kind, "message": letter.id, "call": letter.call}
        if failed is None:
            DELIVERED.labels(endpoint.name, letter.kind).inc()
            await asyncio.to_thread(self._spool.taken, letter.number, time.time())
            _log.info("delivered", **told)
            return
        FAILED.labels(endpoint.name, failed.why).inc()
        wait_s = (
            None
            if failed.why == "gone"
            else self._wait_s(letter.attempts + 1, random.random(), failed.retry_after_s)
        )
        next_at = None if wait_s is None else time.time() + wait_s
        await asyncio.to_thread(self._spool.failed, letter.number, f"{failed.why}: {failed.detail}", next_at)
        _log.warning("not delivered", **told, reason=failed.why, detail=failed.detail, again_in_s=wait_s)
        if next_at is None:
            DIED.labels(endpoint.name).inc()
