"""What becomes of a call's commands while Redis hangs. The clock is the test's own."""

import asyncio
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY

from gateway.conversation import jobs
from gateway.conversation.jobs import Jobs


class Redis:
    """Notes what it is asked, and answers only while it is well."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.asked = asyncio.Event()
        self.well = asyncio.Event()

    def command(self, name: str) -> jobs.Job:
        async def run() -> None:
            self.asked.set()
            await self.well.wait()
            self.done.append(name)

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def dropped() -> float:
    return REGISTRY.get_sample_value("parley_bus_dropped_total") or 0.0


async def test_of_a_hang_no_heap_of_audio_is_left_and_no_stale_work(clock: list[float]) -> None:
    before, redis, calls = dropped(), Redis(), Jobs("c1")
    running = asyncio.create_task(calls.run())
    calls.add_passing(redis.command("in hand"))
    await redis.asked.wait()
    calls.add_passing(redis.command("waits for too long"))
    calls.add(redis.command("an event"))
    clock[0] += 26.0
    calls.add_passing(redis.command("waits"))
    clock[0] += 6.0
    for chunk in range(1000):
        calls.add_passing(redis.command(f"audio {chunk}"))
    calls.add(redis.command("another event"))
    redis.well.set()
    calls.close()
    await running
    assert redis.done == ["in hand", "an event", "waits", "another event"]
    assert dropped() - before == 1001


class Away:
    """Refuses all commands until it is there."""

    def __init__(self, clock: list[float]) -> None:
        self.clock, self.there_at = clock, clock[0]
        self.done: list[str] = []

    def command(self, name: str) -> jobs.Job:
        async def run() -> None:
            self.clock[0] += 1.0
            if self.clock[0] < self.there_at:
                raise jobs.BusAway[0]
            self.done.append(name)

        return run


@pytest.mark.parametrize(
    ("seconds", "done"),
    [(20.0, ["audio", "event"]), (40.0, ["event"]), (90.0, [])],
    ids=["shortly", "too long for an answer", "too long for a record"],
)
async def test_what_is_to_be_kept_is_tried_for_longer_than_what_only_an_answer_needs(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, seconds: float, done: list[str]
) -> None:
    monkeypatch.setattr(jobs, "_RETRY_S", 0.0)
    redis, calls = Away(clock), Jobs("c1")
    redis.there_at += seconds
    calls.add_passing(redis.command("audio"))
    calls.add(redis.command("event"))
    calls.close()
    await calls.run()
    assert redis.done == done


async def test_it_is_told_when_commands_do_not_reach_redis(clock: list[float]) -> None:
    redis, calls = Redis(), Jobs("c1")
    running = asyncio.create_task(calls.run())
    assert not calls.stalled
    calls.add(redis.command("an event"))
    await redis.asked.wait()
    assert not calls.stalled, "a moment is nothing"
    clock[0] += 2.0
    assert calls.stalled
    redis.well.set()
    calls.close()
    await running
    assert not calls.stalled


async def test_all_is_carried_out_in_order_while_redis_is_well(clock: list[float]) -> None:
    redis, calls = Redis(), Jobs("c1")
    redis.well.set()
    running = asyncio.create_task(calls.run())
    for number in range(10):
        (calls.add_passing if number % 2 else calls.add)(redis.command(str(number)))
        clock[0] += 9.0
        await asyncio.sleep(0)
    calls.close()
    await running
    assert redis.done == [str(number) for number in range(10)]
