"""The `events` stream as a consumer that must not miss anything reads it. Any method may raise BusError.

What else Redis writes to its disk stands here as well (Journal): its append-only file, in which the callers' voices are
not to be. What holds audio is written by scripts that tell Redis to append nothing of it to the file
(`job_queue.UNWRITTEN`). A rewrite of the file puts down all that is in memory, though, so Redis is told to begin none
by itself: it is begun here, when there is no audio, and once more when there was.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Any

import msgspec
from redis.exceptions import RedisError

from parley import log
from parley.messages import Event
from parley.telephone import numbers

_PAGE = 1000
_PAUSE_S = 0.01
"""Between two commands of that size, so that calls, which need the same Redis, come first."""
SMALL = 64 << 20
"""Bytes below which a file is left as it is."""
LARGE = 1 << 30
"""Bytes above which there is no waiting for a moment without audio."""
_AUDIO = ("call:*:up", "gateway:*:down")
_STALE = "journal:stale"
"""There since the last rewrite when the file may hold what is to be in it no more."""
_LOOK_S = 0.2
SWEEP_S = 60.0
AWAY_S = 1.0
"""Between tries while Redis or the database is away."""

_log = log.get("events")


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event and its place in the stream."""

    entry_id: str
    event: Event | None
    """None when it cannot be read, or was deleted before it was."""


class EventLog:
    """A consumer group's way through the stream `events`, made by `Bus.event_log`."""

    def __init__(self, redis: Any, stream: str) -> None:
        self._redis = redis
        self._stream = stream

    async def join(self, group: str) -> None:
        """Create the group at the stream's beginning unless it is there."""
        groups = (
            await self._redis.xinfo_groups(self._stream) if await self._redis.exists(self._stream) else []
        )
        if group.encode() not in (g["name"] for g in groups):
            await self._redis.xgroup_create(self._stream, group, id="0", mkstream=True, entries_read=0)

    async def missed(self, group: str) -> int:
        """How many entries the stream has dropped at its maximum length before the group read them."""
        info = await self._redis.xinfo_stream(self._stream)
        mine = next(g for g in await self._redis.xinfo_groups(self._stream) if g["name"] == group.encode())
        first = info["first-entry"]
        if (
            first is None
            or mine["entries-read"] is None
            or _order(first[0]) <= _order(mine["last-delivered-id"])
        ):
            return 0
        return max(0, info["entries-added"] - mine["entries-read"] - info["length"])

    async def take(
        self,
        group: str,
        consumer: str,
        *,
        own: bool = False,
        after: str = "0",
        count: int = 500,
        block_ms: int = 1000,
    ) -> list[LoggedEvent]:
        """The next entries; with `own`, those after an id that this consumer took before and did not acknowledge."""
        start = after if own else ">"
        answer = await self._redis.xreadgroup(
            group, consumer, {self._stream: start}, count=count, block=None if own else block_ms
        )
        return _logged(answer)

    async def acknowledge(self, group: str, entry_ids: Iterable[str]) -> None:
        """Have entries not delivered again."""
        await self._redis.xack(self._stream, group, *entry_ids)

    async def follow(self, after: str, block_ms: int = 5000, count: int = 100) -> list[LoggedEvent]:
        """Entries later than the id `after`, oldest first, for who has no group; waits for the first."""
        return _logged(await self._redis.xread({self._stream: after}, count=count, block=block_ms))

    async def backlog(self, group: str) -> int:
        """How many entries the group has not taken yet."""
        mine = next(g for g in await self._redis.xinfo_groups(self._stream) if g["name"] == group.encode())
        return int(mine["lag"] or 0)

    async def forget(self, caller: str, calls: Iterable[str]) -> set[str]:
        """Delete all events and all state of a caller's calls; return the calls, those of `calls` among them."""
        known = [(entry_id, event) async for entry_id, event in self._all() if event is not None]
        found = {event.call for _, event in known if _is(caller, event.data.get("caller"))}
        found |= set(calls) | await self._calls_in_progress(caller)
        doomed = [entry_id for entry_id, event in known if event.call in found]
        for some in batched(doomed, _PAGE, strict=False):
            await self._redis.xdel(self._stream, *some)
            await asyncio.sleep(_PAUSE_S)
        for call in found:
            await self._redis.delete(*(f"call:{call}{part}" for part in ("", ":up", ":state", ":history")))
        return found

    async def _calls_in_progress(self, caller: str) -> set[str]:
        calls = set()
        async for key in self._redis.scan_iter(match="call:*", count=_PAGE, _type="hash"):
            kept = await self._redis.hget(key, "caller")
            if kept is not None and numbers.same(kept.decode(), caller):
                calls.add(key.decode().removeprefix("call:"))
        return calls

    async def _all(self) -> AsyncIterator[tuple[str, Event | None]]:
        after = "-"
        while entries := await self._redis.xrange(self._stream, min=after, count=_PAGE):
            for entry_id, fields in entries:
                yield entry_id.decode(), read_event(fields)
            after = f"({entries[-1][0].decode()}"
            await asyncio.sleep(_PAUSE_S)


class Keeper:
    """Carries events from the stream to a database: each is acknowledged after it was written there.

    What was taken and not acknowledged is taken again after a restart: nothing is lost between the two, and the
    database has to know what it has already.
    """

    def __init__(
        self,
        events: EventLog,
        group: str,
        keep: Callable[[list[LoggedEvent]], None],
        sweep: Callable[[], Awaitable[None]],
        on_missed: Callable[[int], None],
    ) -> None:
        """`keep` writes, and blocks; `sweep` is done once a minute; `on_missed` hears how many were dropped unread."""
        self._events = events
        self._group = group
        self._keep = keep
        self._sweep = sweep
        self._on_missed = on_missed

    async def run(self, stopping: asyncio.Event, on_change: Callable[[bool], None]) -> None:
        """Work until `stopping` is set; tell whether Redis and the database are there."""
        own, swept = True, 0.0
        while not stopping.is_set():
            try:
                if own:
                    await self._join()
                    on_change(True)
                taken = await self._take(own=own)
                own = own and taken > 0
                if time.monotonic() - swept > SWEEP_S:
                    await self._sweep()
                    swept = time.monotonic()
            except RedisError as error:
                _log.warning("redis is away or refuses", error=str(error))
            except sqlite3.Error as error:
                # A full disk, a disk that fails: what was taken stays with Redis until it can be written.
                _log.error(f"{self._group} cannot be written", error=str(error))
            else:
                continue
            on_change(False)
            own = True
            await asyncio.sleep(AWAY_S)

    async def _join(self) -> None:
        await self._events.join(self._group)
        if missed := await self._events.missed(self._group):
            self._on_missed(missed)
            _log.error("events are lost: they were dropped before they were read", count=missed)

    async def _take(self, *, own: bool) -> int:
        # A group has one consumer, of its own name.
        logged = await self._events.take(self._group, self._group, own=own)
        if logged:
            await asyncio.to_thread(self._keep, logged)
            await self._events.acknowledge(self._group, [item.entry_id for item in logged])
        return len(logged)


def _is(caller: str, kept: object) -> bool:
    return isinstance(kept, str) and numbers.same(kept, caller)


def read_event(fields: dict[bytes, bytes] | None) -> Event | None:
    """The event in the fields of an entry; None where it cannot be read, or was deleted."""
    try:
        return msgspec.json.decode((fields or {})[b"event"], type=Event)
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _logged(answer: Any) -> list[LoggedEvent]:
    return [
        LoggedEvent(i.decode(), read_event(fields)) for _, entries in answer or [] for i, fields in entries
    ]


def _order(entry_id: bytes) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition(b"-")
    return int(milliseconds), int(number)


class Journal:
    """The file of one Redis. Any method may raise BusError."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def look(self) -> bool:
        """Rewrite the file if it is time to; return whether that was begun."""
        info = await self._redis.info("persistence")
        if not info.get("aof_enabled") or info["aof_rewrite_in_progress"]:
            return False
        size, base = int(info["aof_current_size"]), int(info["aof_base_size"])
        grown = size > max(SMALL, 2 * base)
        stale = bool(await self._redis.exists(_STALE))
        quiet = (grown or stale) and not await self._has_audio()
        if not quiet and not (grown and size > LARGE):
            return False
        await self._rewrite(clean=quiet)
        return True

    async def rewrite(self, timeout_s: float = 60.0) -> bool:
        """Put down only what there is now, and wait for it; False when it takes longer. Audio that is there now is
        written, too, and taken out again at the first moment without any.
        """
        if not (await self._redis.info("persistence")).get("aof_enabled"):
            return True
        await self._rewrite(clean=not await self._has_audio())
        for _ in range(round(timeout_s / _LOOK_S)):
            info = await self._redis.info("persistence")
            if not info["aof_rewrite_in_progress"] and not info.get("aof_rewrite_scheduled"):
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _rewrite(self, *, clean: bool) -> None:
        await (self._redis.delete(_STALE) if clean else self._redis.set(_STALE, 1))
        await self._redis.bgrewriteaof()

    async def _has_audio(self) -> bool:
        for pattern in _AUDIO:
            async for _ in self._redis.scan_iter(match=pattern, count=_PAGE):
                return True
        return False
