"""Whom calls were made to and who wants none, in a real Redis."""

import asyncio
import time
from collections.abc import Callable

import pytest
from redis.asyncio import Redis
from redis.exceptions import WatchError

import redis
from parley.bus import Bus
from parley.outbound.ledger import Ledger
from parley.outbound.verdict import Known, Refused, Verdict

NUMBER, OTHER = "+4930123456", "+4930654321"


@pytest.fixture
async def ledger(bus: Bus, redis_url: str) -> Ledger:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    return bus.commands().ledger()


def allowing(seen: list[Known], most: int = 99) -> Callable[[Known], Verdict]:
    """Allows so many calls to a number, and notes what it was told."""

    def judge(known: Known) -> Verdict:
        seen.append(known)
        return Verdict(Refused("attempts", "too many") if len(known.attempts) >= most else None, {})

    return judge


async def test_what_is_allowed_counts_from_then_on(ledger: Ledger) -> None:
    seen: list[Known] = []
    before = time.time()
    for call in ("made-1", "made-2"):
        assert (await ledger.claim(call, NUMBER, allowing(seen))).refused is None
    await ledger.claim("made-3", OTHER, allowing(seen))
    assert [(len(known.attempts), known.made) for known in seen] == [(0, 0), (1, 1), (0, 2)]
    assert before <= seen[1].attempts[0] <= time.time()


async def test_who_only_looks_counts_nothing(ledger: Ledger) -> None:
    await ledger.claim("made-1", NUMBER, allowing([]))
    for _ in range(2):
        known = await ledger.look(NUMBER)
        assert (len(known.attempts), known.made, known.unwanted_since) == (1, 1, None)
    assert await ledger.has("made-1", NUMBER)
    assert not await ledger.has("made-1", OTHER)
    assert not await ledger.has("made-2", NUMBER)


async def test_what_is_refused_does_not_count(ledger: Ledger) -> None:
    seen: list[Known] = []
    assert (await ledger.claim("made-1", NUMBER, allowing(seen, most=0))).refused is not None
    await ledger.claim("made-2", NUMBER, allowing(seen))
    assert seen[-1].attempts == ()
    assert seen[-1].made == 0


async def test_of_many_calls_at_once_no_more_are_allowed_than_may_be(ledger: Ledger, redis_url: str) -> None:
    buses = [Bus.connect(redis_url) for _ in range(4)]
    seen: list[Known] = []
    claims = [
        buses[n % 4].commands().ledger().claim(f"made-{n}", NUMBER, allowing(seen, most=3)) for n in range(8)
    ]
    verdicts = await asyncio.gather(*claims)
    for each in buses:
        await each.close()
    assert sum(verdict.refused is None for verdict in verdicts) == 3


async def test_who_asks_for_no_calls_meanwhile_is_not_called(ledger: Ledger, redis_url: str) -> None:
    """Between the look at the list and the call that counts."""
    seen: list[Known] = []

    def judge(known: Known) -> Verdict:
        seen.append(known)
        with redis.Redis.from_url(redis_url) as other:
            other.zadd("outbound:do_not_call", {NUMBER: 1.0})
        return Verdict(Refused("do_not_call", "no") if known.unwanted_since else None, {})

    assert (await ledger.claim("made-1", NUMBER, judge)).refused is not None
    assert [known.unwanted_since for known in seen] == [None, 1.0]
    assert seen[-1].attempts == ()


async def test_what_changes_without_end_allows_nothing(ledger: Ledger, redis_url: str) -> None:
    seen: list[Known] = []

    def judge(known: Known) -> Verdict:
        seen.append(known)
        with redis.Redis.from_url(redis_url) as other:
            other.zadd("outbound:made", {f"another-{len(seen)}": known.at})
        return Verdict(None, {})

    with pytest.raises(WatchError):
        await ledger.claim("made-1", NUMBER, judge)
    assert seen[-1].attempts == ()


async def test_who_wants_no_calls_is_on_the_list_until_taken_off(ledger: Ledger) -> None:
    before = time.time()
    assert await ledger.unwanted_since(NUMBER) is None
    assert await ledger.add(NUMBER)
    first = await ledger.unwanted_since(NUMBER)
    assert first is not None
    assert before - 1 <= first <= time.time()
    assert not await ledger.add(NUMBER)
    assert await ledger.unwanted_since(NUMBER) == first
    await ledger.add(OTHER)
    assert [number for number, _ in await ledger.unwanted(0, 9)] == [OTHER, NUMBER]
    assert [number for number, _ in await ledger.unwanted(1, 9)] == [NUMBER]
    assert await ledger.remove(NUMBER)
    assert not await ledger.remove(NUMBER)
    assert [number for number, _ in await ledger.unwanted(0, 9)] == [OTHER]


async def test_who_is_forgotten_still_wants_no_calls(ledger: Ledger) -> None:
    seen: list[Known] = []
    for number in (NUMBER, OTHER):
        await ledger.claim(f"made-{number}", number, allowing(seen))
        await ledger.add(number)
    await ledger.forget("0049 30 123456")
    for number in (NUMBER, OTHER):
        await ledger.claim(f"again-{number}", number, allowing(seen))
    assert [len(known.attempts) for known in seen[2:]] == [0, 1]
    assert await ledger.unwanted_since(NUMBER) is not None
