"""The recorder between a real Redis and a real database."""

import asyncio
import os
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from parley import event_log
from parley.bus import Bus
from parley.event_log import EventLog, Journal, LoggedEvent
from parley.messages import Event
from records import worker
from records.query import Query
from records.store import Store
from records.worker import GROUP, Recorder


class Stream:
    """A stream of events of the test's own."""

    def __init__(self, bus: Bus) -> None:
        self.name = f"test:{uuid.uuid4().hex}"
        self.redis = bus._redis
        self.log = EventLog(self.redis, self.name)

    async def tell(self, kind: str, call: str = "c1", **data: object) -> str:
        event = Event(call=call, kind=kind, at=1000.0, data={"agent": "shop", **data})
        return (await self.redis.xadd(self.name, {"event": msgspec.json.encode(event)})).decode()

    async def call(self, call: str = "c1", caller: str = "1001") -> None:
        await self.tell("call_started", call, caller=caller)
        await self.tell("caller_said", call, turn=1, text="Hello?")
        await self.tell("call_ended", call, outcome="caller_hung_up")


@pytest.fixture
async def stream(redis_url: str) -> AsyncIterator[Stream]:
    bus = Bus.connect(redis_url)
    stream = Stream(bus)
    yield stream
    await stream.redis.delete(stream.name)
    await bus.close()


@asynccontextmanager
async def recording(
    stream: Stream, store: Store, folder: Path, days: int = 0, limit_bytes: int = 0
) -> AsyncIterator[list[bool]]:
    stopping = asyncio.Event()
    changes: list[bool] = []
    recorder = Recorder(stream.log, Journal(stream.redis), store, folder, days, limit_bytes=limit_bytes)
    task = asyncio.create_task(recorder.run(stopping, changes.append))
    try:
        yield changes
    finally:
        stopping.set()
        await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - it is a file's or a database's
            await asyncio.sleep(0.01)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110 - it is Redis's
            await asyncio.sleep(0.01)


def kept(store: Store) -> set[str]:
    return {record.call for record in store.records(Query())}


async def test_events_become_records_and_are_acknowledged(
    stream: Stream, store: Store, tmp_path: Path
) -> None:
    async with recording(stream, store, tmp_path) as changes:
        await stream.call()
        await until(lambda: kept(store) == {"c1"})

        async def acknowledged() -> bool:
            return (await stream.redis.xpending(stream.name, GROUP))["pending"] == 0

        await eventually(acknowledged)
    assert changes == [True]


async def test_what_happened_while_the_service_was_down_is_not_lost(
    stream: Stream, store: Store, tmp_path: Path
) -> None:
    await stream.call("before")
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"before"})
    await stream.call("between")
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"before", "between"})


async def test_what_was_taken_and_not_written_is_taken_again(
    stream: Stream, store: Store, tmp_path: Path
) -> None:
    await stream.log.join(GROUP)
    await stream.call()
    assert len(await stream.log.take(GROUP, GROUP)) == 3  # and then the process dies
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"c1"})


async def test_what_the_stream_dropped_unread_is_counted(stream: Stream) -> None:
    await stream.call("read")
    await stream.log.join(GROUP)
    await stream.log.take(GROUP, GROUP)
    assert await stream.log.missed(GROUP) == 0
    for number in range(4):
        await stream.call(f"c{number}")
    await stream.redis.xtrim(stream.name, maxlen=5, approximate=False)
    assert await stream.log.missed(GROUP) == 7
    assert await stream.log.backlog(GROUP) >= 5


async def test_dropping_what_was_read_is_no_loss(stream: Stream) -> None:
    await stream.log.join(GROUP)
    await stream.call()
    await stream.log.take(GROUP, GROUP)
    await stream.redis.xtrim(stream.name, maxlen=0, approximate=False)
    assert await stream.log.missed(GROUP) == 0
    await stream.call()
    assert await stream.log.missed(GROUP) == 0


async def test_an_event_that_cannot_be_read_stops_nothing(
    stream: Stream, store: Store, tmp_path: Path
) -> None:
    await stream.redis.xadd(stream.name, {"event": b"{"})
    await stream.redis.xadd(stream.name, {"x": b"y"})
    await stream.call()
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"c1"})


async def test_a_stream_that_vanished_is_joined_anew(
    stream: Stream, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "AWAY_S", 0.01)
    async with recording(stream, store, tmp_path) as changes:
        await stream.call("before")
        await until(lambda: kept(store) == {"before"})
        await stream.redis.delete(stream.name)
        await stream.call("after")
        await until(lambda: kept(store) == {"before", "after"})
    assert changes[-1] is True
    assert False in changes


async def test_a_caller_is_forgotten_in_redis(stream: Stream) -> None:
    await stream.call("c1", "1001")
    await stream.call("c2", "1002")
    await stream.redis.hset("call:c3", mapping={"caller": "1001"})
    await stream.redis.rpush("call:c1:history", b"{}")
    assert await stream.log.forget("1001", ["c0"]) == {"c0", "c1", "c3"}
    left = [msgspec.json.decode(f[b"event"], type=Event) for _, f in await stream.redis.xrange(stream.name)]
    assert {event.call for event in left} == {"c2"}
    assert not await stream.redis.exists("call:c1:history", "call:c3")


async def test_events_of_a_caller_are_forgotten_however_the_number_is_written(stream: Stream) -> None:
    await stream.tell("call_started", "c1", caller="+4930123456")
    await stream.tell("call_started", "c2", caller="+4930123457")
    await stream.redis.hset("call:c3", "caller", "+4930123456")
    assert await stream.log.forget("030 123456", []) == {"c1", "c3"}


async def test_old_records_go_with_their_recordings(stream: Stream, store: Store, tmp_path: Path) -> None:
    (tmp_path / "c1.wav").write_bytes(b"RIFF")
    await stream.tell("call_started", caller="1001")
    await stream.tell("recording", file="c1.wav")
    await stream.tell("call_ended", outcome="agent_hung_up")
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"c1"})
    async with recording(stream, store, tmp_path, days=30):  # the events are from 1970
        await until(lambda: kept(store) == set())
        await until(lambda: not (tmp_path / "c1.wav").exists())


async def test_a_full_disk_keeps_events_waiting_until_there_is_room(
    stream: Stream, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "AWAY_S", 0.01)
    add, full = store.add, [True] * 3

    def when_there_is_room(logged: list[LoggedEvent]) -> object:
        if full:
            full.pop()
            raise sqlite3.OperationalError("database or disk is full")
        return add(logged)

    monkeypatch.setattr(store, "add", when_there_is_room)
    await stream.call()
    async with recording(stream, store, tmp_path) as changes:
        await until(lambda: kept(store) == {"c1"})
    assert False in changes
    assert changes[-1] is True


async def test_an_event_that_the_database_refuses_keeps_no_other(
    stream: Stream, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store.add

    def but_for_one(logged: list[LoggedEvent]) -> object:
        if any(item.event is not None and item.event.call == "bad" for item in logged):
            raise sqlite3.IntegrityError("refused")
        return add(logged)

    monkeypatch.setattr(store, "add", but_for_one)
    before = worker.SPOILED._value.get()
    await stream.call("bad")
    await stream.call("good")
    async with recording(stream, store, tmp_path):
        await until(lambda: kept(store) == {"good"})
    assert worker.SPOILED._value.get() == before + 3


async def test_nothing_is_deleted_by_a_clock_that_was_set(
    stream: Stream, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(stream.log, Journal(stream.redis), store, tmp_path, 30)
    ahead, now = 90 * 86_400.0, time.time
    monkeypatch.setattr(worker.time, "time", lambda: now() + ahead)
    await stream.call()
    await stream.log.join(GROUP)
    store.add(await stream.log.take(GROUP, GROUP))
    recorder._delete_old()
    assert kept(store) == {"c1"}
    assert worker.JUMP._value.get() == pytest.approx(ahead, abs=60)
    ahead = 0.0
    recorder._delete_old()  # the events are from 1970
    assert kept(store) == set()


async def test_recordings_that_take_more_than_they_may_go(
    stream: Stream, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    await stream.log.join(GROUP)
    for number, call in enumerate(("old", "new")):
        await stream.call(call)
        (folder / f"{call}.wav").write_bytes(bytes(100))
        then = time.time() - 60 + number
        os.utime(folder / f"{call}.wav", (then, then))
    store.add(await stream.log.take(GROUP, GROUP))
    async with recording(stream, store, folder, limit_bytes=150):
        await until(lambda: not (folder / "old.wav").exists())
    assert (folder / "new.wav").exists()
