"""The `events` stream as a consumer that must not miss anything reads it. Any method may raise BusError."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from parley.messages import Event

_PAGE = 1000


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
        return [
            LoggedEvent(i.decode(), _event(fields)) for _, entries in answer or [] for i, fields in entries
        ]

    async def acknowledge(self, group: str, entry_ids: Iterable[str]) -> None:
        """Have entries not delivered again."""
        await self._redis.xack(self._stream, group, *entry_ids)

    async def backlog(self, group: str) -> int:
        """How many entries the group has not taken yet."""
        mine = next(g for g in await self._redis.xinfo_groups(self._stream) if g["name"] == group.encode())
        return int(mine["lag"] or 0)

    async def forget(self, caller: str, calls: Iterable[str]) -> set[str]:
        """Delete all events and all state of a caller's calls; return the calls, those of `calls` among them."""
        found = set(calls) | await self._calls_in_stream(caller) | await self._calls_in_progress(caller)
        async for entry_id, event in self._all():
            if event is not None and event.call in found:
                await self._redis.xdel(self._stream, entry_id)
        for call in found:
            await self._redis.delete(*(f"call:{call}{part}" for part in ("", ":up", ":state", ":history")))
        return found

    async def _calls_in_stream(self, caller: str) -> set[str]:
        return {e.call async for _, e in self._all() if e is not None and e.data.get("caller") == caller}

    async def _calls_in_progress(self, caller: str) -> set[str]:
        calls = set()
        async for key in self._redis.scan_iter(match="call:*", count=_PAGE, _type="hash"):
            if await self._redis.hget(key, "caller") == caller.encode():
                calls.add(key.decode().removeprefix("call:"))
        return calls

    async def _all(self) -> Any:
        after = "-"
        while entries := await self._redis.xrange(self._stream, min=after, count=_PAGE):
            for entry_id, fields in entries:
                yield entry_id.decode(), _event(fields)
            after = f"({entries[-1][0].decode()}"


def _event(fields: dict[bytes, bytes] | None) -> Event | None:
    try:
        return msgspec.json.decode((fields or {})[b"event"], type=Event)
    except (KeyError, msgspec.MsgspecError):
        return None


def _order(entry_id: bytes) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition(b"-")
    return int(milliseconds), int(number)
