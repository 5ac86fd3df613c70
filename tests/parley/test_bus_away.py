"""The bus while Redis goes away, comes back, and is not to be found at all."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.bus import Bus, BusAway, BusError, down_stream
from parley.errors import SettingError
from parley.messages import Cancel, Transcript
from tests.parley.streams import GROUP, job, known, listen


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


async def test_redis_goes_away_and_comes_back_with_calls_and_jobs(server: Server) -> None:
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
    # What is for a gateway is speech, and kept in memory only.
    assert await bus.read(down_stream("g"), "0-0", block_ms=1) == []
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
