"""Two servers and three Sentinels as the stack starts them: what is kept outlives the primary."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError

from parley.bus import STT_JOBS, Bus, BusAway, BusError, down_stream
from parley.errors import SettingError
from parley.messages import AnyMessage, ReplyFailed
from tests.parley.streams import job
from tests.stack.redis.server import ENTRYPOINT, SETTINGS

# Addresses of this machine alone, in place of the containers' names.
SERVERS = ("127.0.4.1", "127.0.4.2")
SENTINELS = ("127.0.5.1", "127.0.5.2", "127.0.5.3")
URL = f"redis+sentinel://gateway:operator@{','.join(SENTINELS)}/0"
PATIENCE_S = 60.0
DOWN = down_stream("g")
FAILED = ReplyFailed(call="c1", turn=1, revision=1, kind="llm")


class Cell:
    """The processes, by their address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, address: str) -> None:
        folder = self._folder / address
        folder.mkdir(exist_ok=True)
        what = ["sentinel", str(folder)] if address in SENTINELS else [str(folder), "--dir", str(folder)]
        self._running[address] = subprocess.Popen(
            [str(ENTRYPOINT), *what, "--bind", address],
            env=SETTINGS | {"SENTINELS": " ".join(SENTINELS), "FIRST": SERVERS[0], "NAME": address},
            stdout=subprocess.DEVNULL,
        )

    def kill(self, address: str) -> None:
        running = self._running.pop(address)
        running.kill()
        running.wait()

    def kill_all(self) -> None:
        for address in list(self._running):
            self.kill(address)


@pytest.fixture
def cell(tmp_path: Path) -> Iterator[Cell]:
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    cell = Cell(tmp_path)
    yield cell
    cell.kill_all()


@pytest.fixture
async def bus(cell: Cell) -> AsyncIterator[Bus]:
    """A gateway's way to the primary, with both servers in step and all Sentinels knowing each other."""
    for address in (*SERVERS, *SENTINELS):
        cell.start(address)
    bus = Bus.connect(URL)
    await in_step(SERVERS[0])
    yield bus
    await bus.close()


async def seen(address: str) -> dict[str, str]:
    """What a Sentinel knows of the pair; nothing while it does not answer."""
    async with Redis(host=address, port=26379, protocol=2, decode_responses=True) as sentinel:
        try:
            state = await sentinel.execute_command("SENTINEL", "MASTER", "parley")
        except RedisError:
            return {}
    return dict(zip(state[::2], state[1::2], strict=True))


async def in_step(primary: str) -> None:
    """Wait until every Sentinel knows the others, and a replica of `primary` that has all it has."""
    async with asyncio.timeout(PATIENCE_S):
        while not await _settled(primary):  # noqa: ASYNC110 - they are other processes
            await asyncio.sleep(0.2)


async def _settled(primary: str) -> bool:
    for address in SENTINELS:
        state = await seen(address)
        known = [state.get(name) for name in ("ip", "num-other-sentinels", "num-slaves", "flags")]
        if known != [primary, "2", "1", "master"]:
            return False
    async with Redis(host=primary, password="operator", protocol=2) as server:
        told = await server.info("replication")
    return any(value["state"] == "online" for value in told.values() if isinstance(value, dict))


async def again_and_again(bus: Bus, word: str) -> None:
    """Add a word to a history until it is taken."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await bus.add_history("c1", "user", word)
            except BusError:
                await asyncio.sleep(0.1)
            else:
                return


async def test_what_is_kept_outlives_the_primary_twice(cell: Cell, bus: Bus) -> None:
    await bus.join(STT_JOBS, "stt")
    await bus.publish(STT_JOBS, job(1))
    await bus.add_history("c1", "user", "before")
    cell.kill(SERVERS[0])
    await again_and_again(bus, "after")
    assert {line["text"] for line in await bus.history("c1")} == {"before", "after"}
    taken = await bus.take(STT_JOBS, "stt", "w")
    assert taken is not None
    assert taken.message == job(1)

    cell.start(SERVERS[0])  # it was the primary, and comes back as what it is by now
    await in_step(SERVERS[1])
    cell.kill(SERVERS[1])
    await again_and_again(bus, "at last")
    assert {line["text"] for line in await bus.history("c1")} == {"before", "after", "at last"}


async def test_who_listens_goes_on_at_the_next_primary(cell: Cell, bus: Bus) -> None:
    listening = asyncio.create_task(heard(bus))
    await asyncio.sleep(0.5)  # it waits at the old one
    cell.kill(SERVERS[0])
    await again_and_again(bus, "after")
    await bus.publish(DOWN, FAILED)
    async with asyncio.timeout(PATIENCE_S):
        assert await listening == FAILED


async def heard(bus: Bus) -> AnyMessage:
    """The next message for a gateway, as it listens."""
    while True:
        try:
            for _, message in await bus.read(DOWN, "0"):
                return message
        except BusError:
            await asyncio.sleep(0.1)


async def test_a_sentinel_that_comes_back_learns_who_is_the_primary(cell: Cell, bus: Bus) -> None:
    cell.kill(SERVERS[0])
    await again_and_again(bus, "after")
    cell.kill(SENTINELS[0])
    cell.start(SENTINELS[0])
    async with asyncio.timeout(PATIENCE_S):
        while (await seen(SENTINELS[0])).get("ip") != SERVERS[1]:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.2)


async def test_nobody_commands_a_failover(bus: Bus) -> None:
    async with Redis(host=SENTINELS[0], port=26379, protocol=2) as sentinel:
        for command in (
            ("SENTINEL", "FAILOVER", "parley"),
            ("SENTINEL", "REMOVE", "parley"),
            ("SENTINEL", "SET", "parley", "quorum", "9"),
            ("SHUTDOWN",),
        ):
            with pytest.raises(NoPermissionError):
                await sentinel.execute_command(*command)


async def test_no_sentinel_at_all_is_a_redis_that_is_away() -> None:
    bus = Bus.connect("redis+sentinel://gateway:operator@127.0.5.9/0")
    with pytest.raises(BusAway):
        await bus.ping()
    await bus.close()


@pytest.mark.parametrize("hosts", ["", ",", "sentinel-1,", "sentinel:port"])
def test_what_names_no_sentinel_names_the_setting(hosts: str) -> None:
    with pytest.raises(SettingError, match="REDIS_URL") as caught:
        Bus.connect(f"redis+sentinel://gateway:secret@{hosts}")
    assert "secret" not in str(caught.value)
