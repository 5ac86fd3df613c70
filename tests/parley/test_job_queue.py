"""Jobs of many workers, against a real Redis."""

import asyncio

import pytest

from parley.bus import Bus, down_stream
from parley.errors import MessageError
from parley.job_queue import DOWN_TTL_S, Backlog
from parley.messages import ReplyFailed
from tests.parley.streams import GROUP, job


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
