"""What a real Redis writes to its disk, and what it does not."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from parley import event_log as module
from parley.bus import STT_JOBS, Bus, BusError, down_stream
from parley.gateways.book import Calls
from parley.messages import Speech
from tests.parley.streams import job

VOICE = np.frombuffer(b"caller's voice!!" * 100, np.int16)
WORDS = "the caller's words"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    """A Redis of the test's own, which keeps what it is told as the stack's does."""
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = ["--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--dir", str(folder), "--save", "", *settings],
        stdout=subprocess.DEVNULL,
    )
    yield port
    server.terminate()
    server.wait()


@pytest.fixture
async def bus(port: int) -> AsyncIterator[Bus]:
    bus = Bus.connect(f"redis://127.0.0.1:{port}/0")
    for _ in range(100):
        try:
            await bus.ping()
            break
        except BusError:
            await asyncio.sleep(0.05)
    yield bus
    await bus.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*.aof"))


async def test_words_are_on_the_disk_and_voices_are_not(bus: Bus, folder: Path) -> None:
    await bus.append_audio("c1", 0, VOICE)
    speech = Speech(call="c1", turn=1, revision=1, seq=0, text="hello", pcm=VOICE.tobytes())
    await bus.publish(down_stream("gw"), speech)
    await bus.join(STT_JOBS, "stt")
    await bus.publish(STT_JOBS, job(1))
    taken = await bus.take(STT_JOBS, "stt", "w")
    assert taken is not None
    assert await bus.finish(taken, "stt", [(down_stream("gw"), speech)])
    await bus.add_history("c1", "user", WORDS)
    assert WORDS.encode() in on_disk(folder)
    assert b"voice!" not in on_disk(folder)
    assert (await bus.read_audio("c1", 0, 800)).any()  # and yet it is there
    assert len(await bus.read(down_stream("gw"), "0")) == 2


async def test_what_gateways_tell_each_other_all_the_time_is_not_on_the_disk(bus: Bus, folder: Path) -> None:
    gateways = bus.gateways()
    await gateways.beat("here", b"told")
    assert await gateways.take_place("c1", Calls("here", ("c2",)), most=9)
    await gateways.forget("gone")
    await bus.add_history("c1", "user", WORDS)
    assert WORDS.encode() in on_disk(folder)
    assert b"here" not in on_disk(folder)


async def test_what_is_deleted_is_on_the_disk_until_the_file_is_written_anew(bus: Bus, folder: Path) -> None:
    await bus.add_history("c1", "user", WORDS)
    await bus._redis.delete("call:c1:history")
    assert WORDS.encode() in on_disk(folder)
    assert await bus.journal().rewrite()
    assert WORDS.encode() not in on_disk(folder)


async def test_audio_that_is_there_when_the_file_is_written_goes_at_the_first_quiet_moment(
    bus: Bus, folder: Path
) -> None:
    await bus.append_audio("c1", 0, VOICE)
    assert await bus.journal().rewrite()
    assert not await bus.journal().look()  # a call still speaks
    await bus.drop_audio("c1")
    assert await bus.journal().look()
    async with asyncio.timeout(30):
        while (await bus._redis.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - it is Redis's
            await asyncio.sleep(0.05)
    assert b"voice!" not in on_disk(folder)
    assert not await bus.journal().look()


async def test_a_file_that_has_grown_is_written_anew_when_nobody_speaks(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SMALL", 10_000)
    await bus._redis.set("kept", b"x" * 20_000)
    await bus.append_audio("c1", 0, VOICE)
    assert not await bus.journal().look()
    monkeypatch.setattr(module, "LARGE", 20_000)
    assert await bus.journal().look()  # for how long would one wait?


async def test_a_redis_without_such_a_file_has_nothing_to_write(redis_url: str) -> None:
    bus = Bus.connect(redis_url)
    if not (await bus._redis.info("persistence")).get("aof_enabled"):
        assert not await bus.journal().look()
        assert await bus.journal().rewrite()
    await bus.close()
