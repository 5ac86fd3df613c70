"""Pushes to a real receiver, which opens them as a browser does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from parley.outside.addresses import Guarded
from parley.outside.push.box import PushBox
from tests.fakes.servers.receiver import Receiver
from tests.webhooks.pushing.browser import Receiving
from webhooks.pushing import delivery
from webhooks.pushing.delivery import TEXT, Pushing


@pytest.fixture
def box(tmp_path: Path) -> Iterator[PushBox]:
    box = PushBox(tmp_path)
    yield box
    box.close()


@asynccontextmanager
async def pushing(box: PushBox, *inside: str) -> AsyncIterator[None]:
    it, stopping = Pushing(box, Guarded(frozenset(inside)), "mailto:us@example.com"), asyncio.Event()
    work = asyncio.create_task(it.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await work
        await it.close()


async def until(there: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not there():  # noqa: ASYNC110  # a receiver tells nobody
            await asyncio.sleep(0.01)


def pushed(outcome: str) -> float:
    return REGISTRY.get_sample_value("parley_pushes_total", {"outcome": outcome}) or 0.0


async def test_a_call_is_told_to_every_browser_of_its_user(box: PushBox, receiver: Receiver) -> None:
    anna, hers = Receiving(f"{receiver.url}/1"), Receiving(f"{receiver.url}/2")
    bob = Receiving(f"{receiver.url}/3")
    for name, one in (("anna", anna), ("anna", hers), ("bob", bob)):
        box.add(name, one.browser)
    async with pushing(box, "127.0.0.1"):
        box.ring("anna", time.time() + 45)
        await until(lambda: len(receiver.taken) == 2)
    assert {line.split()[1] for line in receiver.asked} == {"/hook/1", "/hook/2"}
    for line, (headers, body) in zip(receiver.asked, receiver.taken, strict=True):
        assert (anna if line.split()[1] == "/hook/1" else hers).opened(body) == TEXT
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["urgency"] == "high"
        assert 40 <= int(headers["ttl"]) <= 45
        assert headers["authorization"].startswith("vapid t=")


async def test_a_browser_that_is_gone_is_told_no_more(box: PushBox, receiver: Receiver) -> None:
    before = pushed("gone")
    box.add("anna", Receiving(receiver.url).browser)
    receiver.manner = "gone"
    async with pushing(box, "127.0.0.1"):
        box.ring("anna", time.time() + 45)
        await until(lambda: not box.of("anna"))
    assert pushed("gone") == before + 1
    box.add("anna", Receiving(receiver.url).browser)
    receiver.manner, receiver.status = "told", "404 Not Found"
    async with pushing(box, "127.0.0.1"):
        box.ring("anna", time.time() + 45)
        await until(lambda: not box.of("anna"))


async def test_a_maker_that_fails_is_asked_again_while_it_rings(
    box: PushBox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_AGAIN_S", 0.01)
    box.add("anna", Receiving(receiver.url).browser)
    receiver.manner = "error"
    async with pushing(box, "127.0.0.1"):
        box.ring("anna", time.time() + 45)
        await until(lambda: receiver.got)
        receiver.manner = "well"
        await until(lambda: receiver.taken)
    assert box.of("anna")


async def test_nothing_inside_is_reached(
    box: PushBox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_AGAIN_S", 0.01)
    before = pushed("failed")
    box.add("anna", Receiving(receiver.url).browser)
    async with pushing(box):
        box.ring("anna", time.time() + 45)
        await until(lambda: pushed("failed") > before)
    assert receiver.asked == []


async def test_what_nobody_waits_for_any_more_is_not_told(box: PushBox, receiver: Receiver) -> None:
    box.add("anna", Receiving(receiver.url).browser)
    box.ring("anna", time.time() - 1)
    async with pushing(box, "127.0.0.1"):
        box.ring("anna", time.time() + 45)
        await until(lambda: receiver.taken)
    assert len(receiver.asked) == 1
