"""Redis as Parley uses it: nothing else imports redis but the job queue and the connection underneath.

Keys and streams, see docs/architecture.md:

    call:{id}            hash    what is known of a call in progress
    call:{id}:up         stream  the caller's audio; an entry's id is the number of its first sample
    call:{id}:state      string  JSON: where the call is, for a gateway that has to go on with it
    call:{id}:history    list    JSON {"role", "text"}: what was said, as it was heard, and notes
    jobs:stt, jobs:agent streams read by consumer groups: what somebody waits for
    jobs:partial,        streams likewise, for the words of who is still speaking, and for what is prepared on them;
    jobs:prepare                 nothing is lost when an entry is
    gateway:{id}:down    stream  everything for one gateway; what gateways tell each other: gateways/book.py
    command:{id}         list    what a gateway answered to a command from outside
    events               stream  JSON, for analytics and consoles
    revisions            channel Cancel messages
    outage               string  there while all calls are to go to people
"""

import time
from collections.abc import AsyncIterator
from typing import Any, Self

import msgspec
import numpy as np
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, RedisError

from parley import audio
from parley.errors import MessageError
from parley.event_log import EventLog, Journal
from parley.gateways.book import Gateways
from parley.job_queue import AWAY, UNWRITTEN, JobQueue, read_entry
from parley.messages import AnyMessage, Cancel, Event, Message, Role, decode, encode
from parley.model.turns import ModelTurns
from parley.outside.commands import Commands
from parley.privacy import masking
from parley.sentinel.connection import connection
from parley.simulation.calls import events_of

STT_JOBS = "jobs:stt"
AGENT_JOBS = "jobs:agent"
PARTIAL_JOBS = "jobs:partial"
PREPARE_JOBS = "jobs:prepare"
EVENTS = "events"
REVISIONS = "revisions"
OUTAGE = "outage"

BusError = RedisError
"""What any call here raises when Redis is away or refuses; retry or report."""
BusAway = AWAY
"""Those of them that may go away by themselves: Redis cannot be reached or does not answer."""
BusFull = OutOfMemoryError
"""Redis takes nothing more; what calls are done with leaves it by itself, and makes room."""

CALL_TTL_S = 3600
"""How long a call's keys outlive the last write to them."""
STATE_TTL_S = 6 * 3600
"""The same for where a call is: nothing is written while people talk, for as long as they like."""
JOBS_MAXLEN = 10_000
EVENTS_MAXLEN = 50_000
UP_SAMPLES = 120 * audio.SAMPLE_RATE
"""So much of a caller's audio is kept, in samples: more than is heard of a turn (MOST_HEARD). 3.8 MB a call."""
UP_TTL_S = 300
"""A call that nobody ended properly leaves its audio behind: of 20 calls an hour's would fill Redis."""

_ADD_AUDIO = (
    UNWRITTEN
    + """
redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[2], ARGV[1] .. '-1', 'pcm', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""
)


def down_stream(gateway: str) -> str:
    """Name of the stream on which everything for `gateway` arrives."""
    return f"gateway:{gateway}:down"


def up_stream(call: str) -> str:
    """Name of the stream of the caller's audio."""
    return f"call:{call}:up"


class Bus(JobQueue):
    """A connection to Redis with Parley's own verbs. Any method may raise BusError."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self._add_audio = self._redis.register_script(_ADD_AUDIO)

    @classmethod
    def connect(cls, url: str) -> Self:
        """Prepare the connection pool; nothing is sent yet. Raise SettingError for what is no URL of a Redis."""
        return cls(connection(url))

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose()

    async def ping(self) -> None:
        """Raise BusError unless Redis answers."""
        await self._redis.ping()

    # Messages

    async def publish(self, stream: str, message: Message, maxlen: int = JOBS_MAXLEN) -> None:
        """Append a message to a stream, of which the newest `maxlen` stay; of a gateway's, those of the last minute."""
        await self._append(keys=[stream], args=[maxlen, encode(message)])

    async def read(self, stream: str, after: str, block_ms: int = 5000) -> list[tuple[str, AnyMessage]]:
        """Entries later than the id `after`, oldest first; waits up to `block_ms` for the first.

        One that cannot be read ends the list; when it is the first, MessageError tells its id, to read on after it.
        """
        answer = await self._redis.xread({stream: after}, count=100, block=block_ms)
        messages: list[tuple[str, AnyMessage]] = []
        for entry_id, fields in answer[0][1] if answer else []:
            try:
                messages.append((entry_id.decode(), read_entry(stream, entry_id, fields)))
            except MessageError:
                if not messages:
                    raise
                break
        return messages

    async def last_id(self, stream: str) -> str:
        """The id of a stream's newest entry: what comes later is new."""
        entries = await self._redis.xrevrange(stream, count=1)
        return entries[0][0].decode() if entries else "0-0"

    async def memory(self) -> tuple[int, int]:
        """Bytes that Redis uses, and may use; 0 stands for no limit."""
        info = await self._redis.info("memory")
        return int(info["used_memory"]), int(info["maxmemory"])

    async def outage(self) -> bool:
        """Whether all calls are to go to people."""
        return bool(await self._redis.exists(OUTAGE))

    async def set_outage(self, *, on: bool) -> None:
        """Send all calls to people, or no longer."""
        await (self._redis.set(OUTAGE, "on") if on else self._redis.delete(OUTAGE))

    # The caller's audio

    async def append_audio(self, call: str, first_sample: int, pcm: audio.Pcm) -> None:
        """Add the caller's audio; `first_sample` must be later than everything before it. It is kept in memory only."""
        oldest = max(0, first_sample - UP_SAMPLES)
        values = [first_sample, oldest, audio.to_bytes(pcm), UP_TTL_S]
        await self._add_audio(keys=[up_stream(call)], args=values)

    async def drop_audio(self, call: str) -> None:
        """Forget the caller's audio: its turn is over, and nobody will write it down any more."""
        await self._redis.delete(up_stream(call))

    async def close_call(self, call: str) -> None:
        """Forget the caller's audio, and where the call was: it is over."""
        await self._redis.delete(up_stream(call), _state(call))

    async def read_audio(self, call: str, start: int, end: int | None = None) -> audio.Pcm:
        """The caller's audio of samples `start`…`end` (to the newest there is); what was not sent is silence.

        Shape (end - start,).
        """
        # A chunk that began before `start` may reach into the range: chunks hold at most 100 ms.
        earliest = max(0, start - audio.SAMPLE_RATE // 10)
        last_id = "+" if end is None else f"{max(0, end - 1)}"
        entries = await self._redis.xrange(up_stream(call), f"{earliest}", last_id)
        chunks = [(int(i.split(b"-")[0]), audio.from_bytes(fields[b"pcm"])) for i, fields in entries]
        if end is None:
            end = chunks[-1][0] + len(chunks[-1][1]) if chunks else start
        samples = np.zeros(max(0, end - start), np.int16)
        for first_sample, chunk in chunks:
            at = first_sample - start
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

    async def keep_state(self, call: str, state: bytes) -> None:
        """Keep where a call is, until it is closed."""
        await self._redis.set(_state(call), state, ex=STATE_TTL_S)

    async def state(self, call: str) -> bytes | None:
        """Where a call is; None when nobody has kept it, or the call is over."""
        return await self._redis.get(_state(call))

    async def add_history(self, call: str, role: Role, text: str, replaces: str = "") -> None:
        """Append what was said, as it was heard, and remove the last words that are `replaces`."""
        key = f"call:{call}:history"
        async with self._redis.pipeline(transaction=True) as pipe:
            if replaces:
                pipe.lrem(key, -1, _line(role, replaces))
            pipe.rpush(key, _line(role, text))
            pipe.expire(key, CALL_TTL_S)
            await pipe.execute()

    async def history(self, call: str) -> list[dict[str, str]]:
        """Everything said so far: `{"role": Role, "text": …}`, oldest first."""
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
        told = masking.current().event(data)
        event = Event(call=call, kind=kind, at=time.time() if at is None else at, data=told)
        stream, body = events_of(call, EVENTS), msgspec.json.encode(event)
        await self._redis.xadd(stream, {"event": body}, maxlen=EVENTS_MAXLEN, approximate=True)

    async def events(self, after: str, block_ms: int = 5000) -> list[tuple[str, Event]]:
        """Events later than the id `after`, oldest first."""
        answer = await self._redis.xread({EVENTS: after}, count=500, block=block_ms)
        found = [entry for _, entries in answer or [] for entry in entries]
        return [(i.decode(), msgspec.json.decode(f[b"event"], type=Event)) for i, f in found]

    def commands(self) -> Commands:
        """What is asked of calls from outside."""
        return Commands(self._redis)

    def event_log(self) -> EventLog:
        """The stream of events for a consumer that must not miss any."""
        return EventLog(self._redis, EVENTS)

    def journal(self) -> Journal:
        """What Redis writes to its disk."""
        return Journal(self._redis)

    def gateways(self) -> Gateways:
        """What gateways tell each other."""
        return Gateways(self._redis)

    def model_turns(self, worker: str) -> ModelTurns:
        """How `worker` shares the language model with the other workers."""
        return ModelTurns(self._redis, worker)


def _state(call: str) -> str:
    return f"call:{call}:state"


def _line(role: str, text: str) -> bytes:
    """A line of a call's history: the same bytes for the same words."""
    return msgspec.json.encode({"role": role, "text": text})
