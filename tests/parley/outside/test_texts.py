"""Texts that wait in Redis."""

import time

import msgspec
import pytest
from redis.asyncio import Redis

from parley.bus import Bus
from parley.outside.inbox import Part
from parley.outside.texts import Text, Texts, whom

TEXT = Text(
    id="chat-1.2", call="chat-1", agent="shop", sender="+4930123", to="+49151111", body="Hi", since=100.0
)
WHOM = "shop +49151111"


@pytest.fixture
async def texts(bus: Bus, redis_url: str) -> Texts:
    redis = Redis.from_url(redis_url)
    await redis.flushdb()
    await redis.aclose()
    return bus.commands().texts()


def changed(**fields: object) -> Text:
    return msgspec.structs.replace(TEXT, **fields)


async def drained(texts: Texts, whom: str = WHOM) -> list[str]:
    """The bodies of what waits for somebody, in order, who has none after it."""
    bodies = []
    while (text := await texts.first(whom)) is not None:
        bodies.append(text.body)
        await texts.done(text)
    return bodies


async def test_a_text_waits_once_however_often_it_is_put_in(texts: Texts) -> None:
    for _ in range(2):
        await texts.put(TEXT)
    assert await texts.due(100.0, 9) == [WHOM]
    assert await texts.due(99.0, 9) == []
    assert await drained(texts) == ["Hi"]
    assert await texts.waiting() == 0
    await texts.put(TEXT)
    assert await texts.due(1e12, 9) == []


async def test_each_number_has_its_own_order(texts: Texts) -> None:
    for place in range(3):
        await texts.put(changed(id=f"a{place}", body=f"{place}"))
        await texts.put(changed(id=f"b{place}", to="+49152", body=f"other {place}"))
    assert await texts.waiting() == 2
    assert await drained(texts) == ["0", "1", "2"]
    assert await drained(texts, "shop +49152") == ["other 0", "other 1", "other 2"]


async def test_a_long_text_waits_as_several_messages(texts: Texts) -> None:
    await texts.put(changed(body=" ".join(f"We have product number {n}." for n in range(60))))
    first, second = await drained(texts)
    assert first.endswith(".")
    assert second.endswith("number 59.")


async def test_what_was_not_taken_is_due_later_and_one_that_comes_meanwhile_is_not_sooner(
    texts: Texts,
) -> None:
    await texts.put(TEXT)
    await texts.later(WHOM, 500.0)
    await texts.put(changed(id="next"))
    assert await texts.due(499.0, 9) == []
    assert await texts.due(500.0, 9) == [WHOM]
    await texts.later("shop nobody", 1.0)
    assert await texts.due(400.0, 9) == []


async def test_who_wants_nothing_of_a_company_is_remembered_until_they_do(texts: Texts) -> None:
    await texts.stop(WHOM)
    assert await texts.is_stopped(WHOM)
    assert not await texts.is_stopped(whom("other", "+49151111"))
    await texts.start(WHOM)
    assert not await texts.is_stopped(WHOM)


async def test_what_cannot_be_read_keeps_nothing_waiting(texts: Texts) -> None:
    await texts._redis.rpush(f"texts:queue:{WHOM}", b"{", b"\xff")
    await texts.put(TEXT)
    assert await drained(texts) == ["Hi"]


async def test_parts_are_counted_for_a_day(texts: Texts) -> None:
    assert await texts.sent_today("+49151111") == 0
    await texts.count("+49151111", 2)
    await texts.count("+49151111", 1)
    assert await texts.sent_today("+49151111") == 3
    assert await texts._redis.ttl("texts:sent:+49151111") > 80_000


async def test_who_is_forgotten_gets_nothing_more_but_stays_unwilling(texts: Texts, bus: Bus) -> None:
    await texts.put(TEXT)
    await texts.put(changed(id="of a call", to="+49152", call="c7"))
    await texts.put(changed(id="of another", to="+49152", call="c8", body="stays"))
    await texts.count("+49151111", 2)
    await texts.stop(WHOM)
    part = Part(whom=WHOM, to="+4930123", reference="r", place=1, of=2, text="One ")
    await bus.commands().inbox().add(part)
    await texts.forget("0049 151111", ["c7"])
    assert await drained(texts) == []
    assert await drained(texts, "shop +49152") == ["stays"]
    assert await texts.sent_today("+49151111") == 0
    assert await bus.commands().inbox().older(time.time() + 9) == []
    assert await texts.is_stopped(WHOM)


async def test_parts_that_came_in_are_put_in_their_places(bus: Bus, texts: Texts) -> None:
    inbox = bus.commands().inbox()
    part = Part(whom=WHOM, to="+4930123", reference="ref:1", place=2, of=2, text="two")
    first = await inbox.add(part)
    assert (first.whole, first.text) == (False, "two")
    whole = await inbox.add(msgspec.structs.replace(part, place=1, text="one "))
    assert (whole.whole, whole.text, whole.whom, whole.to) == (True, "one two", WHOM, "+4930123")
    assert whole.at == first.at
    assert await inbox.older(first.at) == []
    assert [parts.key for parts in await inbox.older(first.at + 1)] == [whole.key]
    await inbox.drop(whole)
    assert await inbox.older(first.at + 1) == []


async def test_a_text_that_was_taken_is_known(bus: Bus, texts: Texts) -> None:
    inbox = bus.commands().inbox()
    assert not await inbox.has("twilio SM1")
    await inbox.took("twilio SM1")
    assert await inbox.has("twilio SM1")
