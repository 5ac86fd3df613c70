"""Redis as Parley uses it: the only module that imports redis.

Keys and streams, see docs/architecture.md:

    call:{id}            hash    what is known of a call in progress
    call:{id}:up         stream  the caller's audio; an entry's id is the number of its first sample
    call:{id}:history    list    JSON {"role", "text"}: what was said, as it was heard
    jobs:stt, jobs:agent streams read by consumer groups
    gateway:{id}:down    stream  everything for one gateway
    events               stream  JSON, for analytics and consoles
    revisions            channel Cancel messages
"""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import msgspec
import numpy as np
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from parley import audio
from parley.errors import MessageError, SettingError
from parley.event_log import EventLog
from parley.messages import AnyMessage, Cancel, Event, Message, decode, encode

STT_JOBS = "jobs:stt"
AGENT_JOBS = "jobs:agent"
EVENTS = "events"
REVISIONS = "revisions"

BusError = RedisError
"""What any call here raises when Redis is away or refuses; retry or report."""
BusAway = (RedisConnectionError, RedisTimeoutError)
"""Those of them that may go away by themselves: Redis cannot be reached or does not answer."""

CALL_TTL_S = 3600
"""How long a call's keys outlive the last write to them."""
JOBS_MAXLEN = 10_000
DOWN_MAXLEN = 20_000
EVENTS_MAXLEN = 50_000
UP_MAXLEN = 3000
"""Five minutes of speech in chunks of 100 ms."""


def down_stream(gateway: str) -> str:
    """Name of the stream on which everything for `gateway` arrives."""
    return f"gateway:{gateway}:down"


def up_stream(call: str) -> str:
    """Name of the stream of the caller's audio."""
    return f"call:{call}:up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message of a consumer group that has to be acknowledged."""

    stream: str
    entry_id: str
    message: AnyMessage
    claimed: bool
    """Whether it was taken over from a worker that died or hung."""


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


class Bus:
    """A connection to Redis with Parley's own verbs. Any method may raise BusError."""

    def __init__(self, redis: Redis) -> None:
        # redis-py types every answer as the union of what all protocol versions and decodings may give.
        self._redis: Any = redis

    @classmethod
    def connect(cls, url: str) -> Self:
        """Prepare the connection pool; nothing is sent yet. Raise SettingError for what is no URL of a Redis."""
        try:
            redis = Redis.from_url(
                url,
                protocol=2,
                socket_connect_timeout=3,
                socket_timeout=15,
                health_check_interval=15,
                retry=Retry(ExponentialBackoff(cap=1.0, base=0.05), 3),
                retry_on_error=list(BusAway),
            )
        except ValueError as error:
            raise _not_a_url() from error
        if "://" not in url:  # taken as a path, and localhost
            raise _not_a_url()
        return cls(redis)

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose()

    async def ping(self) -> None:
        """Raise BusError unless Redis answers."""
        await self._redis.ping()

    # Messages

    async def publish(self, stream: str, message: Message, maxlen: int = JOBS_MAXLEN) -> None:
        """Append a message to a stream."""
        await self._redis.xadd(stream, {"m": encode(message)}, maxlen=maxlen, approximate=True)

    async def read(self, stream: str, after: str, block_ms: int = 5000) -> list[tuple[str, AnyMessage]]:
        """Entries later than the id `after`, oldest first; waits up to `block_ms` for the first.

        One that cannot be read ends the list; when it is the first, MessageError tells its id, to read on after it.
        """
        answer = await self._redis.xread({stream: after}, count=100, block=block_ms)
        messages: list[tuple[str, AnyMessage]] = []
        for entry_id, fields in answer[0][1] if answer else []:
            try:
                messages.append((entry_id.decode(), _message(stream, entry_id, fields)))
            except MessageError:
                if not messages:
                    raise
                break
        return messages

    async def last_id(self, stream: str) -> str:
        """The id of a stream's newest entry: what comes later is new."""
        entries = await self._redis.xrevrange(stream, count=1)
        return entries[0][0].decode() if entries else "0-0"

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
            return await self._deliver(stream, group, claimed[0], claimed=True)
        answer = await self._redis.xreadgroup(group, consumer, {stream: ">"}, count=1, block=block_ms)
        if not answer:
            return None
        return await self._deliver(stream, group, answer[0][1][0], claimed=False)

    async def _deliver(self, stream: str, group: str, entry: tuple[bytes, Any], *, claimed: bool) -> Delivery:
        entry_id, fields = entry
        try:
            return Delivery(stream, entry_id.decode(), _message(stream, entry_id, fields), claimed)
        except MessageError:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.xack(stream, group, entry_id)
                pipe.xdel(stream, entry_id)
                await pipe.execute()
            raise

    async def finish(
        self, delivery: Delivery, group: str, answers: Sequence[tuple[str, Message]] = ()
    ) -> None:
        """Publish the answers to a job and acknowledge it, all or nothing."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for stream, message in answers:
                pipe.xadd(stream, {"m": encode(message)}, maxlen=DOWN_MAXLEN, approximate=True)
            pipe.xack(delivery.stream, group, delivery.entry_id)
            pipe.xdel(delivery.stream, delivery.entry_id)
            await pipe.execute()

    async def keep(self, delivery: Delivery, group: str, consumer: str) -> None:
        """Reset a job's idle time: its worker is alive and busy with it."""
        await self._redis.xclaim(
            delivery.stream, group, consumer, min_idle_time=0, message_ids=[delivery.entry_id], justid=True
        )

    async def leave(self, stream: str, group: str, consumer: str) -> None:
        """Remove a consumer that has finished its jobs, so that names do not pile up over restarts."""
        pending = await self._redis.xpending_range(stream, group, "-", "+", 1, consumername=consumer)
        if not pending:
            await self._redis.xgroup_delconsumer(stream, group, consumer)

    # How it is doing

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

    async def memory(self) -> tuple[int, int]:
        """Bytes that Redis uses, and may use; 0 stands for no limit."""
        info = await self._redis.info("memory")
        return int(info["used_memory"]), int(info["maxmemory"])

    # The caller's audio

    async def append_audio(self, call: str, first_sample: int, pcm: audio.Pcm) -> None:
        """Add the caller's audio; `first_sample` must be later than everything before it."""
        key = up_stream(call)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.xadd(
                key, {"pcm": audio.to_bytes(pcm)}, id=f"{first_sample}-1", maxlen=UP_MAXLEN, approximate=True
            )
            pipe.expire(key, CALL_TTL_S)
            await pipe.execute()

    async def read_audio(self, call: str, start: int, end: int) -> audio.Pcm:
        """The caller's audio of samples `start`…`end`; what was not sent is silence. Shape (end - start,)."""
        samples = np.zeros(max(0, end - start), np.int16)
        if not len(samples):
            return samples
        # A chunk that began before `start` may reach into the range: chunks hold at most 100 ms.
        earliest = max(0, start - audio.SAMPLE_RATE // 10)
        for entry_id, fields in await self._redis.xrange(up_stream(call), f"{earliest}", f"{end - 1}"):
            chunk = audio.from_bytes(fields[b"pcm"])
            at = int(entry_id.split(b"-")[0]) - start
            first, last = max(0, -at), min(len(chunk), len(samples) - at)
            if first < last:
                samples[at + first : at + last] = chunk[first:last]
        return samples

    # A call's state

    async def open_call(self, call: str, **fields: str | int | float) -> None:
        """Begin a call: forget the audio and the revisions that a gateway before us left of it, not its history."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(f"call:{call}", up_stream(call))
            pipe.hset(f"call:{call}", mapping=fields)
            pipe.expire(f"call:{call}", CALL_TTL_S)
            await pipe.execute()

    async def set_call(self, call: str, **fields: str | int | float) -> None:
        """Set fields of what is known of a call."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"call:{call}", mapping=fields)
            pipe.expire(f"call:{call}", CALL_TTL_S)
            await pipe.execute()

    async def get_call(self, call: str) -> dict[str, str]:
        """Return what is known of a call; empty when nothing is."""
        fields = await self._redis.hgetall(f"call:{call}")
        return {key.decode(): value.decode() for key, value in fields.items()}

    async def add_history(self, call: str, role: Literal["user", "assistant"], text: str) -> None:
        """Append what was said, as it was heard."""
        key = f"call:{call}:history"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(key, msgspec.json.encode({"role": role, "text": text}))
            pipe.expire(key, CALL_TTL_S)
            await pipe.execute()

    async def history(self, call: str) -> list[dict[str, str]]:
        """Everything said so far: `{"role": "user" | "assistant", "text": …}`, oldest first."""
        items = await self._redis.lrange(f"call:{call}:history", 0, -1)
        return [msgspec.json.decode(item, type=dict[str, str]) for item in items]

    # Revisions

    async def cancel(self, cancel: Cancel) -> None:
        """Make revisions of a call stale, for work in progress and for later work."""
        key = f"call:{cancel.call}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, mapping={"cancelled": cancel.revision, "kept": cancel.keep})
            pipe.expire(key, CALL_TTL_S)
            pipe.publish(REVISIONS, encode(cancel))
            await pipe.execute()

    async def is_stale(self, call: str, revision: int) -> bool:
        """Whether a revision has been cancelled."""
        cancelled, kept = await self._redis.hmget(f"call:{call}", "cancelled", "kept")
        if cancelled is None:
            return False
        return Cancel(call=call, revision=int(cancelled), keep=int(kept)).covers(revision)

    async def cancellations(self) -> AsyncIterator[Cancel]:
        """Cancel messages from now on, across reconnects; missed ones are still seen by `is_stale`."""
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(REVISIONS)
            while True:
                # A bounded wait, so that the connection's health check runs on a quiet channel.
                item = await channel.get_message(timeout=5.0)
                if item is not None and isinstance(message := decode(item["data"]), Cancel):
                    yield message

    # Events

    async def emit(self, kind: str, call: str, *, at: float | None = None, **data: Any) -> None:
        """Tell analytics and consoles that something happened: `at` this Unix time, or now."""
        event = Event(call=call, kind=kind, at=time.time() if at is None else at, data=data)
        body = msgspec.json.encode(event)
        await self._redis.xadd(EVENTS, {"event": body}, maxlen=EVENTS_MAXLEN, approximate=True)

    async def events(self, after: str, block_ms: int = 5000) -> list[tuple[str, Event]]:
        """Events later than the id `after`, oldest first."""
        answer = await self._redis.xread({EVENTS: after}, count=500, block=block_ms)
        return [
            (i.decode(), msgspec.json.decode(f[b"event"], type=Event))
            for _, entries in answer or []
            for i, f in entries
        ]

    def event_log(self) -> EventLog:
        """The stream of events for a consumer that must not miss any."""
        return EventLog(self._redis, EVENTS)


def _not_a_url() -> SettingError:
    # Without the value: it may hold the password.
    return SettingError("REDIS_URL", "must be like redis://:password@host:6379/0")


def _message(stream: str, entry_id: bytes, fields: dict[bytes, bytes] | None) -> AnyMessage:
    place = f"{stream} {entry_id.decode()}"
    try:
        return decode((fields or {})[b"m"])
    except KeyError as error:
        raise MessageError(f"{place}: no field m", entry_id.decode()) from error
    except MessageError as error:
        raise MessageError(f"{place}: {error}", entry_id.decode()) from error
