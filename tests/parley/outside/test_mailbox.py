"""Questions that are in somebody's hand, and what becomes of them when that somebody is gone; on a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from parley.outside import mailbox
from parley.outside.mailbox import MOST_TRIES, Mailbox

PATIENT_S, SHORT_S = 5.0, 0.05


class Asked(msgspec.Struct, frozen=True):
    id: str
    until: float = 0.0


Box = Mailbox[Asked, None]


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        await client.flushdb()
        yield client


@pytest.fixture
def box(store: Redis) -> Box:
    return Mailbox(store, "trial", Asked, type(None))


async def keys(store: Redis) -> list[str]:
    return sorted(key.decode() for key in await store.keys("*trial*"))


async def died_with(store: Redis, box: Box) -> Asked | None:
    """Have it in hand, and end as a process does that is killed: nothing is said to anybody."""
    found = await box._held(SHORT_S)
    for key in await store.keys("lease:trial:*"):  # the time that it lives is over
        await store.delete(key)
    return found[1] if found else None


async def test_what_is_done_leaves_nothing_behind(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    async with box.in_hand(PATIENT_S) as asked:
        assert asked == Asked("a")
        assert await keys(store) == ["jobs:trial:held", "jobs:trial:tries", "lease:trial:a"]
        async with box.in_hand(SHORT_S) as other:
            assert other is None
    assert await keys(store) == []


async def test_what_somebody_died_of_or_with_is_tried_three_times(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    tries = [await died_with(store, box) for _ in range(MOST_TRIES + 1)]
    assert tries == [Asked("a")] * MOST_TRIES + [None]
    assert await keys(store) == []


async def test_who_is_stopped_leaves_it_to_the_next_at_once(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    begun = asyncio.Event()

    async def work() -> None:
        async with box.in_hand(PATIENT_S):
            begun.set()
            await asyncio.sleep(60)

    for _ in range(MOST_TRIES + 1):  # that is no death
        begun.clear()
        task = asyncio.create_task(work())
        await asyncio.wait_for(begun.wait(), PATIENT_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with box.in_hand(SHORT_S) as asked:
        assert asked == Asked("a")


async def test_who_is_stopped_while_answering_leaves_nothing_to_do(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    answered = asyncio.Event()

    async def work() -> None:
        async with box.in_hand(PATIENT_S) as asked:
            assert asked is not None
            await box.answer(asked, None)
            answered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.wait_for(answered.wait(), PATIENT_S)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await keys(store) == ["trial:a"]


async def test_what_breaks_is_not_tried_again(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    with pytest.raises(ValueError, match="broken"):
        async with box.in_hand(PATIENT_S):
            raise ValueError("broken")
    assert await keys(store) == []


async def test_who_lives_keeps_it(store: Redis, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "_LEASE_S", 1)
    await box.leave(Asked("a"))
    async with box.in_hand(PATIENT_S):
        await asyncio.sleep(1.5)
        assert await store.exists("lease:trial:a")


async def test_new_questions_come_before_those_that_somebody_left(store: Redis, box: Box) -> None:
    await box.leave(Asked("a"))
    assert await died_with(store, box) == Asked("a")
    await box.leave(Asked("b"))
    found: list[Any] = []
    for _ in range(2):
        async with box.in_hand(SHORT_S) as asked:
            found.append(asked)
    assert found == [Asked("b"), Asked("a")]


async def test_what_cannot_be_read_is_dropped(store: Redis, box: Box) -> None:
    await store.rpush("jobs:trial", b"{")
    async with box.in_hand(SHORT_S) as asked:
        assert asked is None
    assert await keys(store) == []
