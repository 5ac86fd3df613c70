"""Says every few seconds to all cells what goes on in this one."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from parley import log
from parley.bus import Bus, BusError
from records.central import live, tables
from records.central.live import State
from records.store import Store

BEAT_S = 2.0
_PING_S = 2.0
_AFTER_ERROR_S = 10.0
_log = log.get("heartbeat")


class Heartbeat:
    """Does so for one cell."""

    def __init__(
        self,
        records: Path,
        bus: Bus,
        cell: str,
        console: str,
        connect: Callable[[], psycopg.Connection] | None,
    ) -> None:
        """`console`: its address for browsers elsewhere; may be empty. `connect`: None: there is one cell alone."""
        self._records, self._bus, self._cell, self._console = records, bus, cell, console
        self._connect = connect
        self._db: psycopg.Connection | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        while self._connect is not None and not stopping.is_set():
            outage = await self._outage()
            pause = await asyncio.to_thread(self._pause_after_beat, outage)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._db is not None:
            self._db.close()
            self._db = None

    async def _outage(self) -> bool | None:
        try:
            async with asyncio.timeout(_PING_S):
                return await self._bus.outage()
        except (BusError, TimeoutError):
            return None

    def _pause_after_beat(self, outage: bool | None) -> float:
        try:
            self.beat(outage)
        except psycopg.Error as error:
            self.close()
            _log.warning("other cells are not told what goes on here", error=str(error).strip())
            return _AFTER_ERROR_S
        return BEAT_S

    def beat(self, outage: bool | None) -> None:
        """Say it once; `outage`: None: Redis does not answer. Blocks; raise psycopg.Error."""
        if self._db is None:
            assert self._connect is not None
            self._db = self._connect()
            tables.prepare(self._db)
        live.tell(self._db, self._cell, self._console, self._state(outage))

    def _state(self, outage: bool | None) -> State:
        there = outage is not None
        try:
            with contextlib.closing(Store.reading(self._records)) as store:
                calls, count = live.going_on(store, time.time())
        except sqlite3.Error:
            return State(records=False, redis=there, outage=outage)
        return State(calls, count, redis=there, outage=outage)
