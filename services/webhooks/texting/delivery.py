"""Sends the texts that wait in Redis, each number's in their order: what was not taken is tried again for a day."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from prometheus_client import Counter, Gauge

from parley import log
from parley.bus import BusError
from parley.outside.texts import DAY_S, Text, Texts
from parley.telephone import gsm
from webhooks.failed import Failed, Refused

SENT = Counter("parley_sms_sent_total", "Texts that the provider has taken, by agent.", ["agent"])
PARTS = Counter(
    "parley_sms_parts_total", "Parts that these were sent in, each of which is charged for.", ["agent"]
)
FAILED = Counter("parley_sms_failed_total", "Tries to send a text that failed, by why.", ["reason"])
DROPPED = Counter("parley_sms_dropped_total", "Texts that are not sent any more, by why.", ["reason"])
WAITING = Gauge("parley_sms_waiting", "Numbers that texts wait for.")

AT_ONCE = 8
_LOOK_S = 0.5
_AWAY_S = 1.0
_FIRST_S = 5.0
_MOST_S = 3600.0

_log = log.get("texting")


def wait_s(age_s: float, asked_s: float | None = None) -> float:
    """Seconds until a text is tried again that has waited so long: as long as it has, so that the waits double, or as
    the provider asks for; an hour at most.
    """
    return min(max(_FIRST_S, age_s, asked_s or 0.0), _MOST_S)


class Provider(Protocol):
    """Who takes texts; see `provider.py`."""

    @property
    def there(self) -> bool:
        """Whether there is one."""

    async def send(self, text: Text) -> Failed | None:
        """Send a text; return None when it was taken."""


class Texting:
    """Carries texts from Redis to the provider."""

    def __init__(
        self,
        texts: Texts,
        provider: Provider,
        per_day: int,
        wait_s: Callable[[float, float | None], float] = wait_s,
    ) -> None:
        """`per_day`: parts for one number; `wait_s`: as the function here."""
        self._texts = texts
        self._provider = provider
        self._per_day = per_day
        self._wait_s = wait_s
        self._at_work: set[str] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; tries that have begun are seen to their end."""
        async with asyncio.TaskGroup() as tries:
            while not stopping.is_set():
                pause_s = _LOOK_S
                try:
                    if self._provider.there:
                        await self._texts.attend()
                    WAITING.set(await self._texts.waiting())
                    for whom in await self._due():
                        self._at_work.add(whom)
                        tries.create_task(self._send_to(whom, stopping))
                except BusError as error:
                    _log.warning("Redis is away", error=str(error))
                    pause_s = _AWAY_S
                try:
                    async with asyncio.timeout(pause_s):
                        await stopping.wait()
                except TimeoutError:
                    continue

    async def _due(self) -> list[str]:
        # Those that are at work are still due, and among the first.
        due = await self._texts.due(time.time(), 2 * AT_ONCE)
        return [whom for whom in due if whom not in self._at_work][: AT_ONCE - len(self._at_work)]

    async def _send_to(self, whom: str, stopping: asyncio.Event) -> None:
        """Send somebody what is there for them, until one is not taken."""
        try:
            while not stopping.is_set() and (text := await self._texts.first(whom)) is not None:
                if not await self._send(text):
                    return
        except BusError as error:
            _log.warning("Redis is away", error=str(error))
        finally:
            self._at_work.discard(whom)

    async def _send(self, text: Text) -> bool:
        """See that a text is dealt with; False: it is to be tried again."""
        reason = await self._why_not(text)
        if not reason:
            failed = await self._provider.send(text)
            if failed is None:
                await self._sent(text)
                return True
            FAILED.labels(failed.why).inc()
            if not isinstance(failed, Refused):
                await self._again(text, failed)
                return False
            if failed.stopped:
                await self._texts.stop(text.whom)
            reason = "refused"
            _log.warning("the provider refuses a text", call=text.call, text=text.id, detail=failed.detail)
        DROPPED.labels(reason).inc()
        _log.warning("a text is not sent", call=text.call, text=text.id, reason=reason)
        await self._texts.done(text)
        return True

    async def _why_not(self, text: Text) -> str:
        """Why a text is not to be sent; empty: it is."""
        if not self._provider.there:
            return "no_provider"
        if time.time() - text.since > DAY_S:
            return "old"
        if not text.always and await self._texts.is_stopped(text.whom):
            return "stopped"
        return "limit" if await self._texts.sent_today(text.to) >= self._per_day else ""

    async def _sent(self, text: Text) -> None:
        await self._texts.done(text)
        parts = gsm.parts(text.body)
        await self._texts.count(text.to, parts)
        SENT.labels(text.agent).inc()
        PARTS.labels(text.agent).inc(parts)
        _log.info("a text was sent", call=text.call, text=text.id, parts=parts)

    async def _again(self, text: Text, failed: Failed) -> None:
        now = time.time()
        pause_s = self._wait_s(now - text.since, failed.retry_after_s)
        await self._texts.later(text.whom, now + pause_s)
        told = {"call": text.call, "text": text.id, "reason": failed.why, "detail": failed.detail}
        _log.warning("a text was not taken", **told, again_in_s=round(pause_s))
