"""Whose turn it is to be called back; and places that are kept, in a real Redis."""

import asyncio
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from parley.bus import Bus
from parley.outbound import callbacks
from parley.outbound.callbacks import Callback, CallbackBook, dialable, identity, turns

NUMBER = "+4930123456"


def place(name: str, since: float = 10.0, **more: Any) -> Callback:
    known: dict[str, Any] = {"number": "1002", "agent": "shop", "target": "sales", "due": 0.0, "until": 1e12}
    return Callback(id=name, since=since, **(known | more))


def whose(*entries: Callback, ready: int, **more: Any) -> list[str]:
    seen: dict[str, Any] = {"now": 100.0, "waiting": []} | more
    return [entry.id for entry in turns(entries, ready=ready, **seen)]


def test_who_has_waited_longest_is_called_first_and_as_many_as_people_are_free() -> None:
    one, two, three = place("one", 12), place("two", 11), place("three", 13)
    assert whose(one, two, three, ready=0) == []
    assert whose(one, two, three, ready=1) == ["two"]
    assert whose(one, two, three, ready=2) == ["two", "one"]
    assert whose(one, two, three, ready=2, calling=1) == ["two"]
    assert whose(one, two, three, ready=1, calling=1) == []


def test_who_waits_live_for_longer_comes_before() -> None:
    assert whose(place("one", 12), ready=1, waiting=[11.0]) == []
    assert whose(place("one", 12), ready=2, waiting=[11.0]) == ["one"]
    assert whose(place("one", 12), ready=1, waiting=[13.0]) == ["one"]


def test_who_was_overtaken_is_next_though_nobody_is_free_and_alone() -> None:
    one, two = place("one", 12), place("two", 13)
    assert whose(one, two, ready=0, waiting=[15.0], overtaken=14.0) == ["one"]
    assert whose(one, two, ready=0, waiting=[15.0], overtaken=11.0) == []
    assert whose(one, two, ready=0, waiting=[11.5], overtaken=14.0) == []
    assert whose(one, two, ready=0, overtaken=14.0, calling=1) == []


def test_nobody_is_called_too_soon() -> None:
    later = place("later", 10, due=101.0)
    assert whose(later, place("one", 12), ready=1) == ["one"]
    assert whose(later, ready=1) == []
    assert whose(later, ready=1, now=101.0) == ["later"]


@pytest.mark.parametrize(
    ("number", "can"),
    [(NUMBER, True), ("1002", True), ("", False), ("030123456", False), ("console.ann", False)],
)
def test_what_is_written_as_a_number_that_can_be_called(number: str, can: bool) -> None:
    assert dialable(number) == can


def test_a_number_has_one_id_with_the_same_people_which_does_not_tell_it() -> None:
    one = identity(NUMBER, "shop", "sales")
    assert one == identity(NUMBER, "shop", "sales")
    assert len({one, identity(NUMBER, "shop", "service"), identity("1002", "shop", "sales")}) == 3
    assert "30123456" not in one


@pytest.fixture
async def book(bus: Bus, redis_url: str) -> CallbackBook:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    return bus.commands().callbacks()


async def test_a_place_is_kept_once_and_withdrawn(book: CallbackBook) -> None:
    assert await book.keep(place("one", 12)) == place("one", 12)
    assert await book.keep(place("one", 99)) == place("one", 12)
    await book.keep(place("two", 11))
    assert [entry.id for entry in await book.entries()] == ["two", "one"]
    assert await book.withdraw("one")
    assert not await book.withdraw("one")
    assert await book.find("one") is None


async def test_what_cannot_be_read_keeps_nobody_else_from_their_place(
    book: CallbackBook, redis_url: str
) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.hset("callback:entries", "one", "nonsense")  # type: ignore[misc]
    assert await book.entries() == []
    assert await book.keep(place("one")) == place("one")
    assert await book.entries() == [place("one")]


async def test_of_many_gateways_one_calls(book: CallbackBook) -> None:
    await book.keep(place("one"))
    found = await asyncio.gather(*(book.claim("one", f"gateway-{n}") for n in range(8)))
    assert [entry for entry in found if entry is not None] == [place("one")]
    assert await book.claimed([place("one"), place("two")]) == {"one"}
    await book.release("one")
    assert await book.claim("one", "gateway-9") == place("one")


async def test_who_is_to_be_called_no_more_is_not_claimed_nor_comes_back(book: CallbackBook) -> None:
    assert await book.claim("one", "gateway") is None
    assert await book.claimed([place("one")]) == set()
    assert not await book.change(place("one"))
    assert await book.entries() == []
    await book.keep(place("one"))
    assert await book.change(place("one", attempts=1))
    assert [entry.attempts for entry in await book.entries()] == [1]


async def test_one_gateway_looks_until_it_is_gone(book: CallbackBook, redis_url: str) -> None:
    assert await book.leads("one")
    assert not await book.leads("two")
    assert await book.leads("one")
    async with Redis.from_url(redis_url) as redis:
        assert 0 < await redis.ttl("callback:lead") <= callbacks._LEADS_S
        await redis.delete("callback:lead")
    assert await book.leads("two")


async def test_who_answers_waits_with_the_place_that_was_kept(book: CallbackBook) -> None:
    await book.keep(place("one", 12.5))
    await book.claim("one", "gateway")
    await book.answered(place("one", 12.5), "sales", "c1")
    assert await book.entries() == []
    assert await book.claimed([place("one")]) == set()
    assert await book.waiting("sales", 0.0) == [12.5]
    await book.waits("sales", "c1", 12.5)  # told again, when they are in the queue
    await book.waits("sales", "c2", 13.0)
    await book.waits("service", "c3", 1.0)
    assert await book.waiting("sales", 0.0) == [12.5, 13.0]
    await book.served("sales", "c2", 13.0)
    assert await book.overtaken("sales") == 13.0
    await book.leaves("sales", "c1", 12.5)
    assert await book.waiting("sales", 0.0) == []
    await book.made_good("sales")
    assert await book.overtaken("sales") == 0.0


async def test_nobody_waits_for_a_caller_whose_gateway_died(book: CallbackBook) -> None:
    await book.waits("sales", "c1", 12.0)
    assert await book.waiting("sales", 0.0) == [12.0]
    assert await book.waiting("sales", 4e9) == []


async def test_who_is_forgotten_is_not_called_back(book: CallbackBook) -> None:
    await book.keep(place("one", number=NUMBER))
    await book.keep(place("two", number="+4930654321"))
    await book.forget("+49 30 123456")
    assert [entry.id for entry in await book.entries()] == ["two"]


async def test_what_was_said_in_a_call(book: CallbackBook, bus: Bus) -> None:
    for role, text in (("assistant", "Hello."), ("user", "My order."), ("note", "4711"), ("user", "Today?")):
        await bus.add_history("c1", role, text)  # type: ignore[arg-type]
    assert await book.said("c1") == ["My order.", "Today?"]
    assert await book.said("c2") == []


def test_an_entry_is_checked_when_it_is_read() -> None:
    with pytest.raises(msgspec.ValidationError, match="number"):
        msgspec.json.decode(msgspec.json.encode(place("one", number="1@trunk")), type=Callback)
