"""Work for many workers on Redis streams: who takes a job, shows that it is alive, and finishes it. See `Bus`.

A worker that hung for a while may find that another one has taken its job over. What it does then would be done twice,
so every step asks first, in one script with the step itself, whether the job is still its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from parley import log
from parley.errors import MessageError
from parley.messages import AnyMessage, Message, decode, encode

AWAY = (RedisConnectionError, RedisTimeoutError)
"""Errors that may go away by themselves: Redis cannot be reached or does not answer."""
ANSWERS_MAXLEN = 10_000
DOWN_KEEP_S = 60
"""A gateway reads at once, and what it has not read after so long nobody waits for. It is speech: 6 KB an entry."""
DOWN_TTL_S = 300
"""A gateway that is gone for so long does not come back under its name, or comes back to new calls."""

MOST_DELIVERIES = 3
"""One end is bad luck, and an upgrade may meet the same job twice; a job that a third worker ends with is the cause."""
_POLL_MS = 500
"""Longest wait for a job; a stop takes effect after it."""
_PAUSE_S = 1.0
"""Between tries while Redis is away."""

_log = log.get("jobs")

UNWRITTEN = "redis.set_repl(redis.REPL_NONE)\n"
"""Begins the part of a script whose writes stay in memory, and are not in Redis's file."""
WRITTEN = "redis.set_repl(redis.REPL_ALL)\n"

_APPEND = f"""
local function append(stream, most, body)
    if string.match(stream, '^gateway:.*:down$') then
        local oldest = string.format('%.0f', (redis.call('TIME')[1] - {DOWN_KEEP_S}) * 1000)
        {UNWRITTEN}        redis.call('XADD', stream, 'MINID', '~', oldest, '*', 'm', body)
        redis.call('EXPIRE', stream, {DOWN_TTL_S})
        {WRITTEN}
    else
        redis.call('XADD', stream, 'MAXLEN', '~', most, '*', 'm', body)
    end
end
"""
"""Every stream is bounded: a gateway's by age, by Redis's own clock, the others by length. A gateway's is speech, and
kept in memory only."""
_OWNED = """
local found = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
local lost = found.err ~= nil
if not lost and (#found == 0 or found[1][2] ~= ARGV[3]) then return 0 end
"""
"""Ends the script unless the job is the consumer's; what Redis has lost with all its data is nobody else's."""
_FINISH = (
    _APPEND
    + _OWNED
    + """
for i = 2, #KEYS do append(KEYS[i], ARGV[4], ARGV[i + 3]) end
if not lost then
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
    redis.call('XDEL', KEYS[1], ARGV[2])
end
return 1
"""
)
_KEEP = (
    _OWNED
    + """
if not lost then redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID') end
return 1
"""
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message of a consumer group that has to be acknowledged."""

    stream: str
    entry_id: str
    consumer: str
    """The worker that has it."""
    message: AnyMessage
    claimed: bool
    """Whether it was taken over from a worker that died or hung."""
    deliveries: int = 1
    """How many workers have had it, this one counted."""

    @property
    def poisonous(self) -> bool:
        """Whether it has ended so many workers that it would end this one, too: it is to be answered unread."""
        return self.deliveries > MOST_DELIVERIES


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits on a stream."""

    length: int
    """Entries in it."""
    oldest_s: float
    """Age of its first entry in seconds; 0 when there is none."""
    pending: dict[str, int]
    """Per consumer group: entries that a worker has taken and not acknowledged."""
    lag: dict[str, int]
    """Per consumer group: entries that no worker has taken."""


def read_entry(stream: str, entry_id: bytes, fields: dict[bytes, bytes] | None) -> AnyMessage:
    """Decode an entry of a stream; raise MessageError, with its id, for what cannot be read."""
    place = f"{stream} {entry_id.decode()}"
    try:
        return decode((fields or {})[b"m"])
    except KeyError as error:
        raise MessageError(f"{place}: no field m", entry_id.decode()) from error
    except MessageError as error:
        raise MessageError(f"{place}: {error}", entry_id.decode()) from error


class JobQueue:
    """The part of the bus that workers share jobs by. Any method may raise BusError."""

    def __init__(self, redis: Any) -> None:
        # redis-py types every answer as the union of what all protocol versions and decodings may give.
        self._redis: Any = redis
        self._append = redis.register_script(_APPEND + "append(KEYS[1], ARGV[1], ARGV[2])")
        self._finish = redis.register_script(_FINISH)
        self._keep = redis.register_script(_KEEP)

    async def join(self, stream: str, group: str) -> None:
        """Create the consumer group unless it is there."""
        try:
            await self._redis.xgroup_create(stream, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def take(
        self, stream: str, group: str, consumer: str, *, block_ms: int = 2000, claim_after_ms: int = 5000
    ) -> Delivery | None:
        """One job: first one whose worker went silent for `claim_after_ms`, else a new one, else None.

        A job that cannot be read is acknowledged and raised as MessageError: it would fail for every worker.
        """
        _, claimed, *_ = await self._redis.xautoclaim(
            stream, group, consumer, min_idle_time=claim_after_ms, count=1
        )
        if claimed:
            entry_id = claimed[0][0]
            known = await self._redis.xpending_range(stream, group, entry_id, entry_id, 1)
            times = int(known[0]["times_delivered"]) if known else 1
            return await self._deliver(stream, group, consumer, claimed[0], claimed=True, times=times)
        answer = await self._redis.xreadgroup(group, consumer, {stream: ">"}, count=1, block=block_ms)
        if not answer:
            return None
        return await self._deliver(stream, group, consumer, answer[0][1][0], claimed=False)

    async def _deliver(
        self,
        stream: str,
        group: str,
        consumer: str,
        entry: tuple[bytes, Any],
        *,
        claimed: bool,
        times: int = 1,
    ) -> Delivery:
        entry_id, fields = entry
        try:
            message = read_entry(stream, entry_id, fields)
            return Delivery(stream, entry_id.decode(), consumer, message, claimed, times)
        except MessageError:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.xack(stream, group, entry_id)
                pipe.xdel(stream, entry_id)
                await pipe.execute()
            raise

    async def finish(
        self, delivery: Delivery, group: str, answers: Sequence[tuple[str, Message]] = ()
    ) -> bool:
        """Publish the answers to a job and remove it, all or nothing; return False when another worker has it now."""
        streams = [stream for stream, _ in answers]
        bodies = [encode(message) for _, message in answers]
        names = [group, delivery.entry_id, delivery.consumer]
        done = await self._finish(keys=[delivery.stream, *streams], args=[*names, ANSWERS_MAXLEN, *bodies])
        return bool(done)

    async def keep(self, delivery: Delivery, group: str) -> bool:
        """Reset a job's idle time: its worker is busy with it; return False when another worker has it now."""
        names = [group, delivery.entry_id, delivery.consumer]
        return bool(await self._keep(keys=[delivery.stream], args=names))

    async def leave(self, stream: str, group: str, consumer: str) -> None:
        """Remove a consumer that has finished its jobs, so that names do not pile up over restarts."""
        pending = await self._redis.xpending_range(stream, group, "-", "+", 1, consumername=consumer)
        if not pending:
            await self._redis.xgroup_delconsumer(stream, group, consumer)

    async def idle_s(self, stream: str, group: str) -> float | None:
        """Seconds since any worker of a group was heard of; None when there is none."""
        try:
            workers = await self._redis.xinfo_consumers(stream, group)
        except ResponseError:  # no such key, no such group
            return None
        return min((worker["idle"] / 1000 for worker in workers), default=None)

    async def backlog(self, stream: str) -> Backlog:
        """What waits on a stream; nothing where there is none."""
        try:
            found = await self._redis.xinfo_groups(stream)
        except ResponseError:  # no such key
            return Backlog(0, 0.0, {}, {})
        length = await self._redis.xlen(stream)
        first = await self._redis.xrange(stream, count=1)
        born_s = int(first[0][0].split(b"-")[0]) / 1000 if first else time.time()
        pending = {group["name"].decode(): int(group["pending"]) for group in found}
        # Finished jobs are deleted: where Redis has lost count, what is there and not taken is waiting.
        lag = {
            group["name"].decode(): length - int(group["pending"])
            if group["lag"] is None
            else int(group["lag"])
            for group in found
        }
        return Backlog(length, max(0.0, time.time() - born_s), pending, lag)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a worker takes its jobs, and as whom."""

    stream: str
    group: str
    consumer: str
    claim_after_ms: int
    """A job whose worker has not been heard of for so long is taken over."""


async def take_jobs(
    queue: JobQueue,
    source: Source,
    do: Callable[[Delivery], Awaitable[None]],
    stopping: asyncio.Event,
    *,
    on_joined: Callable[[], None] = lambda: None,
    on_unreadable: Callable[[], None] = lambda: None,
) -> None:
    """Do one job after the other until `stopping` is set; the one in hand is finished first."""
    joined = False
    while not stopping.is_set():
        try:
            if not joined:
                await queue.join(source.stream, source.group)
                joined = True
                on_joined()
            await _next(queue, source, do, on_unreadable)
        except RedisError as error:
            # Redis may have lost its data together with the group: then it is made again at once.
            joined = False
            away = isinstance(error, AWAY)
            what = "redis is away" if away else "redis refuses"
            _log.warning(what, stream=source.stream, error=str(error))
            await asyncio.sleep(_PAUSE_S if away else _PAUSE_S / 10)
    with suppress(RedisError):
        await queue.leave(source.stream, source.group, source.consumer)


async def _next(
    queue: JobQueue,
    source: Source,
    do: Callable[[Delivery], Awaitable[None]],
    on_unreadable: Callable[[], None],
) -> None:
    try:
        delivery = await queue.take(
            source.stream,
            source.group,
            source.consumer,
            block_ms=_POLL_MS,
            claim_after_ms=source.claim_after_ms,
        )
    except MessageError as error:
        on_unreadable()
        _log.error("a job cannot be read", error=str(error))
        return
    if delivery is not None:
        await do(delivery)
