"""Keeps what callers really said, as the API tells it: it only reads the records' database. Masked as events are."""

import asyncio
import sqlite3
import time

from parley import log
from parley.bus import BusError
from parley.outside.over.corrections import Corrected, Correction, Corrections
from parley.privacy import masking
from records.store import Store

_BLOCK_S = 5.0
_AFTER_ERROR_S = 1.0

_log = log.get("correcting")


class Correcting:
    """Takes corrections one by one."""

    def __init__(self, store: Store, corrections: Corrections) -> None:
        """`store` is its own: it works on a thread of its own."""
        self._store = store
        self._corrections = corrections

    async def run(self) -> None:
        """Take them for ever."""
        while True:
            try:
                await self.take(_BLOCK_S)
            except BusError as error:
                _log.warning("corrections cannot be taken", error=str(error))
                await asyncio.sleep(_AFTER_ERROR_S)
            except sqlite3.Error as error:  # who has sent it gets no answer
                _log.error("a correction cannot be kept", error=str(error))

    async def take(self, block_s: float) -> None:
        """Keep the next one, if one comes for so long."""
        told = await self._corrections.take(block_s)
        if told is not None:
            kept = await asyncio.to_thread(self._keep, told)
            await self._corrections.answer(told, Corrected(result="kept" if kept else "gone"))

    def _keep(self, told: Correction) -> bool:
        masked = Correction(
            id=told.id,
            call=told.call,
            turn=told.turn,
            text=masking.current().text(told.text),
            by=told.by,
        )
        return self._store.corrections.keep(masked, time.time())
