import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from agent.voice.pool import DeadlinePool


@pytest.fixture
def pool() -> Iterator[DeadlinePool]:
    pool = DeadlinePool(1, "test")
    yield pool
    pool.close()


async def test_a_result_comes_back(pool: DeadlinePool) -> None:
    assert await pool.run(0, lambda: 6 * 7) == 42


async def test_an_error_comes_back(pool: DeadlinePool) -> None:
    with pytest.raises(ZeroDivisionError):
        await pool.run(0, lambda: 1 // 0)


async def test_the_earliest_deadline_goes_first(pool: DeadlinePool) -> None:
    order: list[str] = []
    go = Event()
    tasks = [asyncio.create_task(pool.run(0, go.wait))]
    await asyncio.sleep(0.05)  # the only thread is busy now
    for due, name in ((3, "later"), (1, "now"), (2, "soon"), (1, "now too")):
        tasks.append(asyncio.create_task(pool.run(due, lambda name=name: order.append(name))))
        await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    assert order == ["now", "now too", "soon", "later"]


async def test_what_was_cancelled_never_begins(pool: DeadlinePool) -> None:
    begun: list[int] = []
    go = Event()
    first = asyncio.create_task(pool.run(0, go.wait))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(pool.run(1, lambda: begun.append(1)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    go.set()
    await first
    await pool.run(2, lambda: None)
    assert begun == []


async def test_a_closed_pool_refuses() -> None:
    pool = DeadlinePool(1, "test")
    pool.close()
    with pytest.raises(RuntimeError):
        await pool.run(0, lambda: None)
