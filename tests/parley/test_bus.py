"""The bus against a real Redis."""

import asyncio
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parley import audio
from parley import bus as bus_module
from parley.bus import Bus, BusAway, BusError, down_stream, up_stream
from parley.errors import MessageError, SettingError
from parley.job_queue import DOWN_TTL_S, Backlog
from parley.messages import Cancel, ReplyFailed, TranscribeJob, Transcript

GROUP = "stt"


def job(revision: int = 1) -> TranscribeJob:
    return TranscribeJob(
        call="c",
        gateway="g",
        agent="a",
        turn=1,
        revision=revision,
        start_sample=0,
        end_sample=100,
        queued_at=0.0,
    )


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    yield bus
    await bus.close()


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"test:{uuid.uuid4().hex}"


async def test_a_backlog_tells_what_waits_what_is_worked_on_and_since_when(bus: Bus, name: str) -> None:
    assert await bus.backlog(name) == Backlog(0, 0.0, {}, {})
    await bus.join(name, GROUP)
    for revision in range(3):
        await bus.publish(name, job(revision))
    taken = await bus.take(name, GROUP, "w")
    assert taken is not None
    await asyncio.sleep(0.05)
    backlog = await bus.backlog(name)
    assert (backlog.length, backlog.pending, backlog.lag) == (3, {GROUP: 1}, {GROUP: 2})
    assert 0.05 <= backlog.oldest_s < 60
    await bus.finish(taken, GROUP)
    backlog = await bus.backlog(name)
    assert (backlog.length, backlog.pending, backlog.lag) == (2, {GROUP: 0}, {GROUP: 2})


async def test_redis_tells_its_memory(bus: Bus) -> None:
    used, limit = await bus.memory()
    assert used > 0
    assert limit >= 0


# Messages


async def test_published_messages_are_read_in_order_and_once(bus: Bus, name: str) -> None:
    assert await bus.last_id(name) == "0-0"
    for revision in range(5):
        await bus.publish(name, job(revision))
    first = await bus.read(name, "0-0")
    assert [message for _, message in first] == [job(r) for r in range(5)]
    assert first[-1][0] == await bus.last_id(name)
    assert await bus.read(name, first[2][0]) == first[3:]
    assert await bus.read(name, first[-1][0], block_ms=10) == []


async def test_a_reader_waits_for_the_first_message(bus: Bus, name: str) -> None:
    reading = asyncio.create_task(bus.read(name, "0-0", block_ms=5000))
    await asyncio.sleep(0.05)
    await bus.publish(name, job())
    assert [message for _, message in await reading] == [job()]


async def test_a_message_that_cannot_be_read_costs_no_other(bus: Bus, name: str) -> None:
    await bus.publish(name, job(1))
    await bus._redis.xadd(name, {"m": b"garbage"})
    await bus._redis.xadd(name, {"x": b"no message"})
    await bus.publish(name, job(2))
    seen, errors, after = [], [], "0-0"
    while len(seen) < 2:
        try:
            for entry_id, message in await bus.read(name, after):
                seen.append(message)
                after = entry_id
        except MessageError as error:
            errors.append(str(error))
            after = error.entry_id
    assert seen == [job(1), job(2)]
    assert len(errors) == 2
    assert all(name in error for error in errors)


async def test_a_stream_does_not_grow_for_ever(bus: Bus, name: str) -> None:
    for revision in range(500):
        await bus.publish(name, job(revision), maxlen=100)
    assert await bus._redis.xlen(name) < 300


async def test_what_no_gateway_has_read_for_a_minute_goes_and_so_does_the_stream_of_one_that_is_gone(
    bus: Bus, jobs: str
) -> None:
    down = down_stream(jobs)
    seconds, _ = await bus._redis.time()
    for age_s in range(600, 61, -1):
        await bus._redis.xadd(down, {"m": b"old"}, id=f"{(seconds - age_s) * 1000}-0")
    await bus.publish(down, job(1))
    assert await bus._redis.xlen(down) < 200  # a node of the stream is dropped as a whole: 100 entries
    assert 0 < await bus._redis.ttl(down) <= DOWN_TTL_S
    await bus._redis.persist(down)
    await bus.publish(jobs, job(2))
    delivery = await bus.take(jobs, GROUP, "w1")
    assert delivery is not None
    await bus.finish(delivery, GROUP, [(down, job(3))])
    assert 0 < await bus._redis.ttl(down) <= DOWN_TTL_S
    assert [m for _, m in await bus.read(down, f"{(seconds - 1) * 1000}-0")] == [job(1), job(3)]


# Jobs


@pytest.fixture
async def jobs(bus: Bus, name: str) -> str:
    await bus.join(name, GROUP)
    return name


async def test_joining_twice_is_no_error(bus: Bus, jobs: str) -> None:
    await bus.join(jobs, GROUP)


async def test_a_job_goes_to_one_worker(bus: Bus, jobs: str) -> None:
    for revision in (1, 2):
        await bus.publish(jobs, job(revision))
    first = await bus.take(jobs, GROUP, "w1")
    second = await bus.take(jobs, GROUP, "w2")
    assert first is not None
    assert second is not None
    assert (first.message, second.message) == (job(1), job(2))
    assert not first.claimed
    assert await bus.take(jobs, GROUP, "w3", block_ms=10) is None


async def test_a_job_from_before_the_group_is_not_lost(bus: Bus, name: str) -> None:
    await bus.publish(name, job())
    await bus.join(name, GROUP)
    assert await bus.take(name, GROUP, "w1") is not None


async def test_the_job_of_a_dead_worker_is_claimed(bus: Bus, jobs: str) -> None:
    await bus.publish(jobs, job())
    assert await bus.take(jobs, GROUP, "dead") is not None
    assert await bus.take(jobs, GROUP, "w2", block_ms=10, claim_after_ms=5000) is None
    await asyncio.sleep(0.06)
    claimed = await bus.take(jobs, GROUP, "w2", block_ms=10, claim_after_ms=50)
    assert claimed is not None
    assert claimed.claimed
    assert claimed.message == job()


async def test_the_job_of_a_worker_that_is_alive_is_not_claimed(bus: Bus, jobs: str) -> None:
    await bus.publish(jobs, job())
    delivery = await bus.take(jobs, GROUP, "busy")
    assert delivery is not None
    for _ in range(4):
        await asyncio.sleep(0.03)
        assert await bus.keep(delivery, GROUP)
        assert await bus.take(jobs, GROUP, "w2", block_ms=1, claim_after_ms=60) is None


async def test_a_finished_job_is_answered_and_gone(bus: Bus, jobs: str) -> None:
    await bus.publish(jobs, job())
    delivery = await bus.take(jobs, GROUP, "w1")
    assert delivery is not None
    answer = ReplyFailed(call="c", turn=1, revision=1, kind="timeout")
    await bus.finish(delivery, GROUP, [(f"{jobs}:down", answer), (f"{jobs}:other", answer)])
    assert [message for _, message in await bus.read(f"{jobs}:down", "0-0")] == [answer]
    assert [message for _, message in await bus.read(f"{jobs}:other", "0-0")] == [answer]
    assert await bus._redis.xlen(jobs) == 0
    assert await bus.take(jobs, GROUP, "w2", block_ms=1, claim_after_ms=0) is None


async def test_a_worker_that_hung_while_another_took_its_job_over_publishes_nothing(
    bus: Bus, jobs: str
) -> None:
    await bus.publish(jobs, job())
    hung = await bus.take(jobs, GROUP, "hung")
    assert hung is not None
    awake = await bus.take(jobs, GROUP, "awake", claim_after_ms=0)
    assert awake is not None
    late, answer = (ReplyFailed(call="c", turn=1, revision=1, kind=kind) for kind in ("late", "right"))
    assert not await bus.keep(hung, GROUP)
    assert not await bus.finish(hung, GROUP, [(f"{jobs}:down", late)])
    assert await bus.keep(awake, GROUP)
    assert await bus.finish(awake, GROUP, [(f"{jobs}:down", answer)])
    assert not await bus.finish(awake, GROUP, [(f"{jobs}:down", answer)])
    assert [message for _, message in await bus.read(f"{jobs}:down", "0-0")] == [answer]
    assert await bus._redis.xlen(jobs) == 0


async def test_a_job_that_redis_has_lost_with_all_its_data_is_answered_all_the_same(
    bus: Bus, jobs: str
) -> None:
    await bus.publish(jobs, job())
    delivery = await bus.take(jobs, GROUP, "w1")
    assert delivery is not None
    await bus._redis.delete(jobs)
    answer = ReplyFailed(call="c", turn=1, revision=1, kind="timeout")
    assert await bus.keep(delivery, GROUP)
    assert await bus.finish(delivery, GROUP, [(f"{jobs}:down", answer)])
    assert [message for _, message in await bus.read(f"{jobs}:down", "0-0")] == [answer]


async def test_finish_is_all_or_nothing(bus: Bus, jobs: str) -> None:
    """Every command goes out in one script, so that a worker dies before all of it or after."""
    await bus.publish(jobs, job())
    delivery = await bus.take(jobs, GROUP, "w1")
    assert delivery is not None
    sent: list[tuple[str, str]] = []
    monitor = bus._redis.monitor()
    async with monitor:
        answer = ReplyFailed(call="c", turn=1, revision=1, kind="timeout")
        await bus.finish(delivery, GROUP, [(f"{jobs}:down", answer)])
        while not sent or sent[-1][0] != "XDEL":
            command = await monitor.next_command()
            sent.append((command["command"].split()[0].upper(), command["client_type"]))
    by_script = [verb for verb, origin in sent if origin == "lua"]
    assert by_script == ["XPENDING", "XADD", "XACK", "XDEL"]


async def test_a_job_that_cannot_be_read_is_raised_once(bus: Bus, jobs: str) -> None:
    await bus._redis.xadd(jobs, {"m": b"garbage"})
    await bus.publish(jobs, job())
    with pytest.raises(MessageError, match=jobs):
        await bus.take(jobs, GROUP, "w1")
    delivery = await bus.take(jobs, GROUP, "w1", claim_after_ms=0)
    assert delivery is not None
    assert delivery.message == job()


async def test_a_worker_that_leaves_is_forgotten_unless_it_owes_a_job(bus: Bus, jobs: str) -> None:
    await bus.publish(jobs, job())
    delivery = await bus.take(jobs, GROUP, "w1")
    assert delivery is not None
    await bus.leave(jobs, GROUP, "w1")
    assert len(await bus._redis.xinfo_consumers(jobs, GROUP)) == 1
    await bus.finish(delivery, GROUP)
    await bus.leave(jobs, GROUP, "w1")
    assert await bus._redis.xinfo_consumers(jobs, GROUP) == []


# Audio


async def speak(bus: Bus, call: str, *chunks: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Send chunks of (first sample, samples), each sample its own number; return all as one."""
    whole = np.zeros(20_000, np.int16)
    for first, samples in chunks:
        pcm = np.arange(first, first + samples).astype(np.int16)
        await bus.append_audio(call, first, pcm)
        whole[first : first + samples] = pcm
    return whole


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 6400),
        (0, 1),
        (1599, 1601),
        (800, 2400),
        (1600, 3200),
        (2000, 2100),
        (3000, 9000),
        (7999, 8001),
        (9600, 12_000),
    ],
)
async def test_a_range_of_the_callers_audio(bus: Bus, name: str, start: int, end: int) -> None:
    whole = await speak(bus, name, (0, 1600), (1600, 1600), (3200, 320), (8000, 1600))
    samples = await bus.read_audio(name, start, end)
    assert samples.dtype == np.int16
    assert np.array_equal(samples, whole[start:end])


async def test_what_was_never_sent_is_silence(bus: Bus, name: str) -> None:
    assert np.array_equal(await bus.read_audio(name, 100, 200), np.zeros(100, np.int16))
    assert len(await bus.read_audio(name, 100, 100)) == 0
    assert len(await bus.read_audio(name, 100, 50)) == 0


async def test_audio_out_of_order_is_refused(bus: Bus, name: str) -> None:
    await speak(bus, name, (1600, 1600))
    with pytest.raises(BusError) as caught:
        await speak(bus, name, (0, 1600))
    assert not isinstance(caught.value, BusAway)


async def test_of_a_long_call_the_last_minutes_are_kept_and_at_its_end_nothing(bus: Bus, name: str) -> None:
    second = np.ones(audio.SAMPLE_RATE, np.int16)
    for number in range(300):
        await bus.append_audio(name, number * audio.SAMPLE_RATE, second)
    assert await bus._redis.xlen(up_stream(name)) < 230
    last = await bus.read_audio(name, 299 * audio.SAMPLE_RATE, 300 * audio.SAMPLE_RATE)
    assert last.all()
    await bus.drop_audio(name)
    assert not await bus._redis.exists(up_stream(name))


async def test_audio_is_forgotten_after_a_while(bus: Bus, name: str) -> None:
    await speak(bus, name, (0, 1600))
    assert 0 < await bus._redis.ttl(up_stream(name)) <= bus_module.CALL_TTL_S


# A call's state


async def known(bus: Bus, call: str) -> dict[bytes, bytes]:
    return dict(await bus._redis.hgetall(f"call:{call}"))


async def test_what_is_known_of_a_call_is_forgotten_after_a_while(bus: Bus, name: str) -> None:
    await bus.open_call(name, agent="a", started_at=1.5)
    assert await known(bus, name) == {b"agent": b"a", b"started_at": b"1.5"}
    assert 0 < await bus._redis.ttl(f"call:{name}") <= bus_module.CALL_TTL_S


async def test_a_call_that_is_taken_over_begins_anew_but_remembers(bus: Bus, name: str) -> None:
    """Its samples and revisions count from 0 again: old ones must not make the new ones late or stale."""
    await speak(bus, name, (16_000, 1600))
    await bus.cancel(Cancel(call=name, revision=9))
    await bus.add_history(name, "user", "hello")
    await bus.open_call(name, agent="a")
    assert await known(bus, name) == {b"agent": b"a"}
    assert not await bus.is_stale(name, 0)
    await speak(bus, name, (0, 1600))
    assert await bus.history(name) == [{"role": "user", "text": "hello"}]


async def test_the_history(bus: Bus, name: str) -> None:
    assert await bus.history(name) == []
    await bus.add_history(name, "assistant", "Grüß Gott")
    await bus.add_history(name, "user", 'say "hi"')
    assert await bus.history(name) == [
        {"role": "assistant", "text": "Grüß Gott"},
        {"role": "user", "text": 'say "hi"'},
    ]
    assert await bus._redis.ttl(f"call:{name}:history") > 0


async def test_words_that_are_said_again_take_the_place_of_the_last_of_theirs(bus: Bus, name: str) -> None:
    for words in ("yes", "no", "yes"):
        await bus.add_history(name, "user", words)
    await bus.add_history(name, "assistant", "yes")
    await bus.add_history(name, "user", "yes, two", "yes")
    assert [(said["role"], said["text"]) for said in await bus.history(name)] == [
        ("user", "yes"),
        ("user", "no"),
        ("assistant", "yes"),
        ("user", "yes, two"),
    ]


# Revisions


async def test_what_is_stale(bus: Bus, name: str) -> None:
    assert not await bus.is_stale(name, 1)
    await bus.open_call(name, agent="a")
    assert not await bus.is_stale(name, 1)
    await bus.cancel(Cancel(call=name, revision=3, keep=1))
    assert [r for r in range(6) if await bus.is_stale(name, r)] == [0, 2, 3]
    await bus.cancel(Cancel(call=name, revision=4))
    assert [r for r in range(6) if await bus.is_stale(name, r)] == [0, 1, 2, 3, 4]


async def listen(bus: Bus, into: list[Cancel]) -> None:
    async for cancel in bus.cancellations():
        into.append(cancel)  # noqa: PERF401  # it never ends: what has come so far is looked at meanwhile


async def until(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  # the condition is anything at all
            await asyncio.sleep(0.01)


async def test_cancellations_are_heard_by_everyone(bus: Bus, name: str) -> None:
    heard: tuple[list[Cancel], list[Cancel]] = ([], [])
    listening = [asyncio.create_task(listen(bus, into)) for into in heard]
    cancel = Cancel(call=name, revision=2, keep=1)
    try:
        async with asyncio.timeout(5):
            while not all(cancel in into for into in heard):
                await bus.cancel(cancel)
                await asyncio.sleep(0.02)
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


# Events


async def test_events(bus: Bus, name: str) -> None:
    after = await bus.last_id("events")
    before = time.time()
    await bus.emit("turn", name, turn=1, stages={"stt": 0.2}, text="ü")
    (_, event), *_ = [item for item in await bus.events(after) if item[1].call == name]
    assert (event.kind, event.data) == ("turn", {"turn": 1, "stages": {"stt": 0.2}, "text": "ü"})
    assert before <= event.at <= time.time()
    assert await bus.events(await bus.last_id("events"), block_ms=1) == []


async def test_an_event_may_be_told_later_than_it_happened(bus: Bus, name: str) -> None:
    after = await bus.last_id("events")
    await bus.emit("turn", name, at=12.5)
    assert [event.at for _, event in await bus.events(after) if event.call == name] == [12.5]


# Redis away


@pytest.mark.parametrize("url", ["redis:6379", "http://redis", "redis://redis:port/0", ""])
def test_what_is_no_url_names_the_setting(url: str) -> None:
    with pytest.raises(SettingError, match="REDIS_URL"):
        Bus.connect(url)


async def test_a_password_is_not_told() -> None:
    with pytest.raises(SettingError) as caught:
        Bus.connect("rediss:secret@redis:6379")
    assert "secret" not in str(caught.value)


class Server:
    """A redis-server that can go away and come back."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(
                    "redis-server",
                    "--port",
                    str(self.port),
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    str(self._folder),
                ),
                *("--save", "", "--appendonly", "yes", "--appendfsync", "always"),
            ],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("redis-server does not listen")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server of our own to stop")
    server = Server(tmp_path)
    yield server
    server.stop()


async def test_redis_goes_away_and_comes_back_with_everything(server: Server) -> None:
    bus = Bus.connect(server.url)
    await bus.ping()
    await bus.join("jobs", GROUP)
    await bus.publish("jobs", job(1))
    await bus.publish(down_stream("g"), job(2))
    await bus.open_call("c", agent="a")
    assert await bus.take("jobs", GROUP, "w1") is not None
    server.stop()
    for command in (bus.ping(), bus.publish("jobs", job()), bus.take("jobs", GROUP, "w1"), bus.history("c")):
        with pytest.raises(BusAway):
            await command
    server.start()
    await bus.ping()
    assert await known(bus, "c") == {b"agent": b"a"}
    assert [message for _, message in await bus.read(down_stream("g"), "0-0")] == [job(2)]
    await asyncio.sleep(0.06)
    claimed = await bus.take("jobs", GROUP, "w2", claim_after_ms=50)
    assert claimed is not None
    assert claimed.message == job(1)
    await bus.close()


async def test_a_group_that_redis_has_lost_is_an_error_to_join_again_after(server: Server) -> None:
    bus = Bus.connect(server.url)
    await bus.join("jobs", GROUP)
    await bus._redis.flushall()
    with pytest.raises(BusError, match="NOGROUP"):
        await bus.take("jobs", GROUP, "w1")
    await bus.join("jobs", GROUP)
    await bus.publish("jobs", job())
    assert await bus.take("jobs", GROUP, "w1") is not None
    await bus.close()


async def test_a_reader_that_waits_survives_a_restart_or_says_so(server: Server) -> None:
    """What `read_down` and the workers build on: a BusError, then reading on from where they were."""
    bus = Bus.connect(server.url)
    await bus.publish(
        "down", Transcript(call="c", turn=1, revision=1, text="a", end_of_turn=None, queue_s=0, work_s=0)
    )
    (after, _), *_ = await bus.read("down", "0-0")
    reading = asyncio.create_task(bus.read("down", after, block_ms=5000))
    await asyncio.sleep(0.05)
    server.stop()
    with pytest.raises(BusAway):
        await reading
    server.start()
    await bus.publish("down", job(5))
    assert [message for _, message in await bus.read("down", after)] == [job(5)]
    await bus.close()


async def test_cancellations_go_on_after_a_restart_or_say_so(server: Server) -> None:
    bus = Bus.connect(server.url)
    heard: list[Cancel] = []
    listening = asyncio.create_task(listen(bus, heard))

    async def cancel_until_heard(revision: int) -> bool:
        cancel = Cancel(call="c", revision=revision)
        for _ in range(200):
            await bus.cancel(cancel)
            await asyncio.sleep(0.02)
            if cancel in heard or listening.done():
                return cancel in heard
        return False

    assert await cancel_until_heard(1)
    server.stop()
    server.start()
    if not await cancel_until_heard(2):
        with pytest.raises(BusAway):
            await listening
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await bus.close()
