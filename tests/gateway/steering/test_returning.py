"""Callers who are called back: in their turn, by one gateway, and joined with a person. With a real Redis."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest
from redis.asyncio import Redis

from gateway.people import screening
from gateway.steering.returning import CallingBack
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Target, Translation
from parley.bus import Bus
from parley.outbound.callbacks import Callback, CallbackBook, Retries
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

AGENT = Agent(
    name="exchange",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello",
        persona="p",
        targets={
            "sales": Target(name="our sales team", queue="sales", callback=True),
            "service": Target(name="service", queue="service"),
        },
        languages={"de": Translation(greeting="Guten Tag")},
    ),
)
OUTSIDE: dict[str, Any] = {"dial_prefixes": "+49", "dial_hours": "mon 09:00-20:00"}
RETRIES = Retries(attempts=2, again_s=900.0)
SINCE = 1_796_000_000.0


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(screening, "REPEAT_S", 0.05)


@pytest.fixture
async def book(bus: Bus, redis_url: str) -> CallbackBook:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    return bus.commands().callbacks()


@pytest.fixture
async def it(book: CallbackBook) -> AsyncIterator[Exchange]:
    async with exchange(AGENT, book=book, **OUTSIDE) as it:
        it.ari.ready["sales"] = "1"
        it.ari.variables |= {"QUEUE_MEMBER(sales,free)": "1", "QUEUE_MEMBER(sales,logged)": "1"}
        yield it


def place(name: str = "one", **more: Any) -> Callback:
    known: dict[str, Any] = {"number": "1002", "agent": "exchange", "target": "sales", "since": SINCE}
    return Callback(id=name, **(known | {"due": 0.0, "until": time.time() + 3600} | more))


def calling_back(it: Exchange, gateway: str = "gw") -> CallingBack:
    return CallingBack(cast(Any, it.bus), it.switchboard, {AGENT.name: AGENT}, gateway, RETRIES)


def rung(it: Exchange) -> list[str]:
    """The calls that were made."""
    found = [request for request in it.ari.asked("POST channels?") if "endpoint=PJSIP/" in request]
    return [request.partition("channelId=")[2].partition("&")[0] for request in found]


def lines(it: Exchange) -> list[str]:
    return [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"]


async def settled(it: Exchange, back: CallingBack) -> None:
    """What became of the calls is written down."""
    await it.until(lambda: not back._tasks)


async def unanswered(it: Exchange, back: CallingBack, call: str, cause: int = 17) -> None:
    """Nobody has answered a call, and that is written down."""
    before = len(it.bus.events("call_ended"))
    it.ari.give_up(call, cause)
    await it.until(lambda: len(it.bus.events("call_ended")) > before)
    await settled(it, back)


async def test_who_answers_hears_why_and_comes_to_the_head_of_the_queue_and_to_a_person(
    it: Exchange, book: CallbackBook
) -> None:
    joined = Exchange.metric("parley_callbacks_made_total", outcome="joined")
    await book.keep(place(why="My order has not come."))
    await book.waits("sales", "live", SINCE + 5)
    it.ari.ready["sales"] = "2"
    back = calling_back(it)
    await back.look()
    (call,) = rung(it)
    assert len(await book.entries()) == 1
    assert (await book.entries())[0].attempts == 1
    it.ari.answer(call)
    await it.until(lambda: it.ari.asked(f"POST channels/{call}/continue"))
    await settled(it, back)
    assert await book.entries() == []
    assert lines(it)[0] == AGENT.line("callback_greeting", target="our sales team")
    assert lines(it)[1].startswith(AGENT.line("connecting", target="our sales team"))
    assert ("user", "My order has not come.") in it.bus.history
    assert it.ari.asked(f"POST channels/{call}/variable?variable=PARLEY_PLACE&value=1")
    assert sorted(await book.waiting("sales", time.time())) == [SINCE, SINCE + 5]
    (made,) = it.bus.events("call_made")
    assert (made["caller"], made["by"]) == ("1002", "callback")
    it.ari.enter("p1", "screen", call, context="accept")
    await it.until(lambda: "p1" in it.plane.rows and any(reply == 0 for reply, _ in it.plane.heard))
    it.ari.press("p1", "1")
    await it.until(lambda: it.bus.events("callback_joined"))
    it.ari.hang_up(call)
    await it.over(call)
    await settled(it, back)
    assert Exchange.metric("parley_callbacks_made_total", outcome="joined") == joined + 1
    assert it.outcome() == "transferred"


async def test_they_are_spoken_to_in_the_language_of_their_call(it: Exchange, book: CallbackBook) -> None:
    await book.keep(place(language="de"))
    await calling_back(it).look()
    (call,) = rung(it)
    it.ari.answer(call)
    await it.until(lambda: lines(it))
    german = AGENT.in_language("de")
    assert lines(it)[0] == german.line("callback_greeting", target="our sales team")
    it.ari.hang_up(call)
    await it.over(call)


async def test_nobody_is_called_while_nobody_is_free_or_others_were_there_before(
    it: Exchange, book: CallbackBook
) -> None:
    await book.keep(place())
    back = calling_back(it)
    it.ari.ready["sales"] = "0"
    await back.look()
    assert rung(it) == []
    it.ari.ready["sales"] = "1"
    await book.waits("sales", "live", SINCE - 5)
    await back.look()
    assert rung(it) == []
    await book.leaves("sales", "live", SINCE - 5)
    await back.look()
    (call,) = rung(it)
    await unanswered(it, back, call)


async def test_who_was_overtaken_is_called_once_though_nobody_is_free(
    it: Exchange, book: CallbackBook
) -> None:
    await book.keep(place("one"))
    await book.keep(place("two", since=SINCE + 1, number="1003"))
    it.ari.ready["sales"] = "0"
    await book.waits("sales", "live", SINCE + 5)
    await book.served("sales", "live", SINCE + 5)
    back = calling_back(it)
    await back.look()
    await back.look()
    (call,) = rung(it)
    await unanswered(it, back, call)
    await back.look()
    assert len(rung(it)) == 1


async def test_two_gateways_call_somebody_once(it: Exchange, book: CallbackBook) -> None:
    await book.keep(place())
    one, two = calling_back(it, "one"), calling_back(it, "two")
    await one.look()
    await two.look()
    (entry,) = await book.entries()
    await two._call(entry, "sales")  # even where both think that it is for them to look
    (call,) = rung(it)
    await unanswered(it, one, call)
    await two._call(entry, "sales")  # as it was before
    assert len(rung(it)) == 1
    assert await book.claimed([entry]) == set()


async def test_who_does_not_answer_is_tried_again_and_given_up_in_the_end(
    it: Exchange, book: CallbackBook
) -> None:
    await book.keep(place(call="c1"))
    back = calling_back(it)
    for attempt in range(1, RETRIES.attempts + 1):
        await back.look()
        assert len(rung(it)) == attempt
        await unanswered(it, back, rung(it)[-1], 19)
        if attempt < RETRIES.attempts:
            (entry,) = await book.entries()
            assert (entry.attempts, entry.since) == (attempt, SINCE)
            assert time.time() + RETRIES.again_s - 60 < entry.due <= time.time() + RETRIES.again_s
            await back.look()
            assert len(rung(it)) == attempt
            await book.change(msgspec.structs.replace(entry, due=0.0))
    assert await book.entries() == []
    (told,) = it.bus.events("callback_given_up")
    assert (told["target"], told["reason"], told["attempts"]) == ("sales", "unreached", RETRIES.attempts)


async def test_a_machine_that_answers_is_nobody(it: Exchange, book: CallbackBook) -> None:
    await book.keep(place())
    back = calling_back(it)
    await back.look()
    (call,) = rung(it)
    it.ari.answer(call)
    await it.until(lambda: it.state(call) is not None)
    it.switchboard._roster.calls[call].end("machine")
    await it.over(call)
    await settled(it, back)
    (entry,) = await book.entries()
    assert (entry.attempts, entry.since) == (1, SINCE)
    assert await book.claimed([entry]) == set()
    assert await book.waiting("sales", time.time()) == []


async def test_who_hangs_up_before_a_person_is_there_has_been_called_back(
    it: Exchange, book: CallbackBook
) -> None:
    left = Exchange.metric("parley_callbacks_made_total", outcome="left")
    await book.keep(place())
    back = calling_back(it)
    await back.look()
    (call,) = rung(it)
    it.ari.answer(call)
    await it.until(lambda: it.ari.asked(f"POST channels/{call}/continue"))
    it.ari.hang_up(call)
    await it.over(call)
    await settled(it, back)
    assert await book.entries() == await book.waiting("sales", time.time()) == []
    assert Exchange.metric("parley_callbacks_made_total", outcome="left") == left + 1


@pytest.mark.parametrize(
    ("known", "number", "stays"),
    [
        ({"at": 1_796_036_400.0 + 86_400.0}, "+4930123456", True),  # Tuesday: not within the hours
        ({"unwanted_since": 1.0}, "+4930123456", False),
        ({}, "+4330123456", False),
    ],
)
async def test_a_rule_lets_them_wait_or_has_them_given_up(
    it: Exchange, book: CallbackBook, known: dict[str, Any], number: str, stays: bool
) -> None:
    it.bus.callee = replace(it.bus.callee, **known)
    await book.keep(place(number=number))
    await calling_back(it).look()
    assert rung(it) == []
    entries = await book.entries()
    assert [entry.attempts for entry in entries] == ([0] if stays else [])
    assert await book.claimed([place()]) == set()
    assert all(entry.due > time.time() for entry in entries)
    given_up = [event["reason"] for event in it.bus.events("callback_given_up")]
    assert given_up == ([] if stays else ["refused"])


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"until": 1.0}, "expired"), ({"target": "service"}, "gone"), ({"agent": "nobody"}, "gone")],
)
async def test_who_can_never_be_called_is_given_up(
    it: Exchange, book: CallbackBook, more: dict[str, Any], reason: str
) -> None:
    await book.keep(place(**more))
    await calling_back(it).look()
    assert await book.entries() == []
    assert rung(it) == []
    assert [event["reason"] for event in it.bus.events("callback_given_up")] == [reason]


async def test_a_gateway_without_room_leaves_it_to_others(book: CallbackBook) -> None:
    async with exchange(AGENT, book=book, max_calls=1) as it:
        it.ari.ready["sales"] = "1"
        await it.answered("c1")
        assert it.state("c1") is State.LISTENING
        await book.keep(place())
        await calling_back(it).look()
        assert rung(it) == []
        assert await book.leads("another")
