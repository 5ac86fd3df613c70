"""What calls need: away when it is not heard of, and there again when it is."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from prometheus_client import REGISTRY

from gateway import outage
from gateway.admission import readiness
from gateway.admission.readiness import REDIS_GONE_S, WORKER_GONE_S, Readiness
from parley.bus import STT_JOBS, Bus


class Seen:
    """A Redis in which workers were last heard of some seconds ago."""

    def __init__(self) -> None:
        self.idle: dict[str, float | None] = {"stt": 0.2, "agent": 0.2}
        self.hangs = False
        self.switched = False

    async def outage(self) -> bool:
        if self.hangs:
            await asyncio.Event().wait()
        return self.switched

    async def idle_s(self, _: str, group: str) -> float | None:
        return self.idle[group]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_S", 0.02)


async def looked(seen: Seen) -> Readiness:
    it = Readiness(cast(Any, seen))
    await it.look()
    return it


async def test_before_anybody_has_looked_nothing_is_lacking() -> None:
    assert Readiness(cast(Any, Seen())).lacking(time.monotonic() + 100) is None


async def test_a_redis_that_hangs_is_lacking_after_a_while_and_not_when_it_is_back() -> None:
    seen = Seen()
    it = await looked(seen)
    seen.hangs = True
    await it.look()
    now = time.monotonic()
    assert it.lacking(now + REDIS_GONE_S / 2) is None
    assert it.lacking(now + REDIS_GONE_S + 1) == "redis"
    seen.hangs = False
    await it.look()
    assert it.lacking(time.monotonic()) is None


@pytest.mark.parametrize("part", ["stt", "agent"])
async def test_workers_that_were_long_not_heard_of_are_lacking(part: str) -> None:
    seen = Seen()
    it = await looked(seen)
    seen.idle[part] = 60.0
    await it.look()
    now = time.monotonic()
    assert it.lacking(now) is None, "it was just heard of: one look may be wrong"
    assert it.lacking(now + WORKER_GONE_S + 1) in {part, "redis"}
    it._seen["redis"] = now + WORKER_GONE_S + 1
    it._seen["stt" if part == "agent" else "agent"] = now + WORKER_GONE_S + 1
    assert it.lacking(now + WORKER_GONE_S + 1) == part


async def test_a_clock_that_jumps_makes_nobody_lacking() -> None:
    seen = Seen()
    it = await looked(seen)
    seen.idle = {"stt": 3600.0, "agent": 3600.0}
    await it.look()
    assert it.lacking(time.monotonic()) is None


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    yield bus
    await bus.set_outage(on=False)
    await bus.close()


async def test_the_switch_sends_all_calls_to_people_until_it_is_off(bus: Bus) -> None:
    it = Readiness(bus)
    assert "off" in await outage.switch(bus, "show")
    assert "on" in await outage.switch(bus, "on")
    await it.look()
    assert it.lacking() == "outage"
    assert REGISTRY.get_sample_value("parley_outage") == 1
    await outage.switch(bus, "off")
    await it.look()
    assert it.lacking() != "outage", "workers of other tests may be gone"
    assert REGISTRY.get_sample_value("parley_outage") == 0


def test_a_word_that_is_no_position_of_the_switch_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert outage.main(["perhaps"]) == 2
    assert "usage" in capsys.readouterr().err


async def test_a_group_is_heard_of_when_one_of_its_workers_asks_for_work(bus: Bus) -> None:
    group = uuid.uuid4().hex
    assert await bus.idle_s(STT_JOBS, group) is None
    await bus.join(STT_JOBS, group)
    assert await bus.idle_s(STT_JOBS, group) is None, "a group without workers"
    await bus.take(STT_JOBS, group, "w", block_ms=1, claim_after_ms=60_000)
    idle = await bus.idle_s(STT_JOBS, group)
    assert idle is not None
    assert idle < 5
