"""Sends what tells of calls: at once or not at all, since whoever calls waits for no browser."""

import asyncio
import sqlite3
import time
from contextlib import suppress

from prometheus_client import Counter

from parley import log
from parley.outside.addresses import Guarded
from parley.outside.push.box import Browser, PushBox
from webhooks import sending
from webhooks.failed import Failed
from webhooks.pushing.sealing import Sender, sealed

PUSHED = Counter(
    "parley_pushes_total", "Messages to browsers that tell of a call, by what became of them.", ["outcome"]
)
_LOOK_S = 0.3
_AGAIN_S = 2.0
_TRIES = 3
_GONE = (404, 410)
"""That browser is none any more (RFC 8030, section 7.3)."""
TEXT = b'{"kind":"call"}'
"""All that is told: the pages say the rest to whoever is logged in."""

_log = log.get("pushing")


class Pushing:
    """Carries it from the box to browsers' makers."""

    def __init__(self, box: PushBox, guarded: Guarded, contact: str) -> None:
        self._box = box
        self._client = sending.client(guarded)
        self._sender = Sender.of(box, contact)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; tries that have begun are seen to their end."""
        async with asyncio.TaskGroup() as tries:
            while not stopping.is_set():
                try:
                    for browser, until in await asyncio.to_thread(self._due):
                        tries.create_task(self._tell(browser, until))
                except sqlite3.Error as error:
                    _log.error("who is to be told of a call cannot be read", error=str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), _LOOK_S)

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    def _due(self) -> list[tuple[Browser, float]]:
        return [(browser, until) for name, until in self._box.rung() for browser in self._box.of(name)]

    async def _tell(self, browser: Browser, until: float) -> None:
        for _ in range(_TRIES):
            failed = await sending.tried(self._post(browser, until), "a browser")
            if failed is None or failed.why == "gone":
                break
            _log.warning("a browser could not be told of a call", why=failed.why, detail=failed.detail)
            if time.time() + _AGAIN_S >= until:
                break
            await asyncio.sleep(_AGAIN_S)
        if failed is not None and failed.why == "gone":
            await self._remove(browser)
        PUSHED.labels("sent" if failed is None else "gone" if failed.why == "gone" else "failed").inc()

    async def _remove(self, browser: Browser) -> None:
        try:
            await asyncio.to_thread(self._box.remove, browser.url)
        except sqlite3.Error as error:  # the next call finds it gone once more; all else goes on
            _log.error("a browser that is gone cannot be removed", error=str(error))

    async def _post(self, browser: Browser, until: float) -> Failed | None:
        now = time.time()
        headers = {
            "Authorization": self._sender.authorization(browser.url, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, round(until - now))),
            "Urgency": "high",
            "Topic": "call",  # a newer one takes the place of one that was not fetched yet
        }
        body = sealed(TEXT, browser)
        async with self._client.stream("POST", browser.url, content=body, headers=headers) as response:
            if response.status_code in _GONE:
                return Failed("gone", str(response.status_code))
            return sending.judged(response)
