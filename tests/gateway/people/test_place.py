"""Callers who would wait in a queue: their place is kept, and they are told so. With a real Redis."""

import asyncio
import datetime
import time
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from gateway.turns.events import State
from gateway.values.moments import spoken
from gateway.values.rows import Phone
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Target
from parley.bus import Bus
from parley.outbound.callbacks import KEPT_S, Callback, CallbackBook, identity
from parley.outside.notes import iso
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

AGENT = Agent(
    name="exchange",
    file=AgentFile(
        company="Shop",
        extensions=("100", "+4930999999"),
        greeting="Hello",
        persona="p",
        targets={
            "sales": Target(name="our sales team", queue="sales", callback=True),
            "service": Target(name="service", queue="service"),
        },
        keys={"1": "target:sales", "2": "target:service"},
    ),
)
BUSY = {
    "QUEUE_MEMBER(sales,free)": "0",
    "QUEUE_MEMBER(sales,logged)": "1",
    "QUEUE_MEMBER(service,free)": "0",
    "QUEUE_MEMBER(service,logged)": "1",
}
OUTSIDE = {"dial_prefixes": "+49", "dial_caller_ids": "+4930999999"}
SPOKEN = Phone("DE", "en").spoken("1001")
HINT = AGENT.line("callback_hint")


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
async def book(bus: Bus, redis_url: str) -> CallbackBook:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    return bus.commands().callbacks()


@pytest.fixture
async def it(book: CallbackBook) -> AsyncIterator[Exchange]:
    async with exchange(AGENT, book=book) as it:
        it.ari.variables.update(BUSY)
        await it.answered("c1")
        yield it


def lines(it: Exchange) -> list[str]:
    """The texts that were to be spoken, of call control's."""
    return [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"]


def sent(it: Exchange, name: str) -> list[str]:
    """The values that a variable of the caller's channel was given."""
    return [
        request.rpartition("&value=")[2]
        for request in it.ari.asked(f"POST channels/c1/variable?variable={name}&")
    ]


async def given(it: Exchange, key: str = "1") -> None:
    """The caller presses a key and is in Asterisk's hands."""
    it.ari.press("c1", key)
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    await it.until(lambda: "media-c1" not in it.ari.channels and "c1" not in it.plane.rows)


async def test_who_would_wait_hears_of_it_and_is_called_back_by_a_key(
    it: Exchange, book: CallbackBook
) -> None:
    kept = Exchange.metric("parley_callbacks_kept_total")
    before = time.time()
    await given(it)
    assert lines(it)[-1] == f"{AGENT.line('connecting', target='our sales team')} {HINT}"
    assert (sent(it, "PARLEY_CALLBACK"), sent(it, "PARLEY_PLACE")) == (["1"], [""])
    (since,) = await book.waiting("sales", time.time())
    it.ari.enter("c1", "back", "CALLBACK", "100")
    await it.over("c1")
    (entry,) = await book.entries()
    assert (entry.number, entry.agent, entry.target, entry.call) == ("1001", "exchange", "sales", "c1")
    assert (entry.id, entry.language) == (identity("1001", "exchange", "sales"), "en")
    # The place is that of who came into the queue then.
    assert before <= entry.since == pytest.approx(since, abs=0.01)
    assert await book.waiting("sales", time.time()) == []
    assert lines(it)[-1].startswith(AGENT.line("callback_kept", value=SPOKEN))
    assert it.outcome() == "completed"
    assert it.bus.events("transfer_ended")[-1]["outcome"] == "callback"
    (told,) = it.bus.events("callback_kept")
    assert (told["target"], told["number"], told["callback"]) == ("sales", "1001", entry.id)
    assert Exchange.metric("parley_callbacks_kept_total") == kept + 1


async def test_a_queue_that_does_not_call_back_does_not_say_so(it: Exchange) -> None:
    await given(it, "2")
    assert lines(it)[-1] == AGENT.line("connecting", target="service")
    assert sent(it, "PARLEY_CALLBACK") == [""]


async def test_who_need_not_wait_hears_nothing_of_it(it: Exchange) -> None:
    it.ari.variables["QUEUE_MEMBER(sales,free)"] = "1"
    await given(it)
    assert HINT not in lines(it)[-1]
    assert sent(it, "PARLEY_CALLBACK") == [""]


async def test_the_key_may_be_pressed_while_it_is_told(it: Exchange, book: CallbackBook) -> None:
    it.silent_workers = True
    it.ari.press("c1", "1")
    await it.until(lambda: lines(it) and it.state("c1") is State.TRANSFERRING)
    it.ari.press("c1", "1")
    await it.until(lambda: len(it.bus.events("key")) == 2)
    it.silent_workers = False
    it.work(next(job for job in it.bus.jobs() if getattr(job, "kind", "") == "line"))
    await it.over("c1")
    assert [entry.number for entry in await book.entries()] == ["1001"]
    assert not it.ari.asked("POST channels/c1/continue")
    assert it.bus.events("transfer_ended")[-1]["outcome"] == "callback"


async def test_another_key_leads_back_to_the_agent_and_the_place_is_gone(
    it: Exchange, book: CallbackBook
) -> None:
    await given(it)
    it.ari.enter("c1", "back", "KEY", "100")
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert await book.entries() == []
    it.ari.hang_up("c1")
    await it.over("c1")
    assert await book.waiting("sales", time.time()) == []


async def test_who_finds_nobody_there_may_be_called_back(it: Exchange, book: CallbackBook) -> None:
    it.ari.variables["QUEUE_MEMBER(sales,logged)"] = "0"
    it.ari.press("c1", "1")
    await it.until(lambda: it.bus.events("transfer_ended"))
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert lines(it)[-1].endswith(AGENT.line("offer_callback"))
    it.ari.press("c1", "4")
    await it.over("c1")
    assert [entry.number for entry in await book.entries()] == ["1001"]


async def test_whoever_hangs_up_in_the_queue_has_no_place_there(it: Exchange, book: CallbackBook) -> None:
    await given(it)
    assert len(await book.waiting("sales", time.time())) == 1
    it.ari.hang_up("c1")
    await it.over("c1")
    assert await book.waiting("sales", time.time()) == []
    assert await book.overtaken("sales") == 0.0


async def test_whom_a_person_takes_has_overtaken_who_came_before(it: Exchange, book: CallbackBook) -> None:
    await given(it)
    (since,) = await book.waiting("sales", time.time())
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: "p1" in it.plane.rows and any(reply == 0 for reply, _ in it.plane.heard))
    it.ari.press("p1", "1")
    await it.until(lambda: it.bus.events("transfer_connected"))
    async with asyncio.timeout(5):
        while not await book.overtaken("sales"):  # noqa: ASYNC110  # Redis tells nobody
            await asyncio.sleep(0.01)
    assert await book.overtaken("sales") == pytest.approx(since, abs=0.01)
    assert await book.waiting("sales", time.time()) == []


@pytest.mark.parametrize(
    ("caller", "settings", "offered"),
    [
        ("+4930123456", OUTSIDE, True),
        ("+4930123456", {}, False),
        ("+4330123456", OUTSIDE, False),
        ("anonymous", OUTSIDE, False),
    ],
)
async def test_only_whom_the_rules_let_be_called_can_be_called_back(
    book: CallbackBook, caller: str, settings: dict[str, str], offered: bool
) -> None:
    async with exchange(AGENT, book=book, **settings) as it:
        it.ari.variables.update(BUSY)
        it.ari.call("c1", "100", caller)
        await it.until(lambda: it.state("c1") is State.LISTENING)
        await given(it)
        assert (HINT in lines(it)[-1]) is offered
        assert sent(it, "PARLEY_CALLBACK") == ["1" if offered else ""]
        assert [done for done in it.bus.done if done[0] == "claim"] == []


async def test_who_asks_for_it_in_words_and_cannot_be_called_is_told_so(book: CallbackBook) -> None:
    async with exchange(AGENT, book=book) as it:
        it.ari.call("c1", "100", "+4930123456")
        await it.until(lambda: it.state("c1") is State.LISTENING)
        it.switchboard._roster.calls["c1"].guide.transfer("callback")
        await it.until(lambda: AGENT.line("callback_no_number") in " ".join(lines(it)))
        assert await book.entries() == []


async def test_who_asks_for_it_in_words_is_called_back(it: Exchange, book: CallbackBook) -> None:
    it.switchboard._roster.calls["c1"].guide.transfer("callback")
    await it.over("c1")
    assert [entry.target for entry in await book.entries()] == ["sales"]


def asking(it: Exchange, text: str) -> None:
    """The caller has asked for it in these words."""
    call = it.switchboard._roster.calls["c1"]
    call.conversation.errands.note(1, text)
    call.guide.transfer("callback")


async def test_who_says_when_is_asked_back_and_called_then(it: Exchange, book: CallbackBook) -> None:
    asking(it, "Can somebody call me back tomorrow at ten?")
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    moment = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    said = spoken(moment, "en")
    await it.until(lambda: AGENT.line("callback_offer", value=said) in lines(it))
    assert await book.entries() == []
    it.ari.press("c1", "1")
    await it.over("c1")
    (entry,) = await book.entries()
    assert (entry.target, entry.due, entry.since) == ("sales", moment.timestamp(), moment.timestamp())
    assert entry.until == moment.timestamp() + KEPT_S
    assert lines(it)[-1].startswith(AGENT.line("callback_agreed", value=said))
    (told,) = it.bus.events("callback_kept")
    assert told["due"] == iso(moment.timestamp())


async def test_what_is_wanted_last_counts(it: Exchange, book: CallbackBook) -> None:
    """A place for tomorrow at ten, of an earlier call, becomes one for now."""
    later = time.time() + 3600
    known = {"number": "1001", "agent": "exchange", "target": "sales", "since": later, "due": later}
    name = identity("1001", "exchange", "sales")
    await book.keep(Callback(id=name, until=later + KEPT_S, **known))
    it.switchboard._roster.calls["c1"].guide.transfer("callback")
    await it.over("c1")
    (entry,) = await book.entries()
    assert entry.due <= time.time()
    assert entry.until <= time.time() + KEPT_S


async def test_who_does_not_agree_to_the_moment_goes_on_with_the_agent(
    it: Exchange, book: CallbackBook
) -> None:
    asking(it, "Can somebody call me back tomorrow at ten?")
    await it.until(lambda: any("Say yes or no" in line for line in lines(it)))
    it.ari.press("c1", "2")
    await it.until(lambda: lines(it)[-1] == AGENT.line("back_to_agent"))
    assert await book.entries() == []


async def test_a_time_at_which_nobody_may_be_called_becomes_the_next_one(book: CallbackBook) -> None:
    async with exchange(AGENT, book=book, **OUTSIDE, dial_hours="mon-sun 09:00-20:00") as it:
        it.ari.call("c1", "100", "+4930123456")
        await it.until(lambda: it.state("c1") is State.LISTENING)
        asking(it, "Can somebody call me back tomorrow at eleven pm?")
        berlin = datetime.datetime.now(ZoneInfo("Europe/Berlin"))
        moment = (berlin + datetime.timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
        offered = AGENT.line("callback_offer", value=spoken(moment, "en"))
        await it.until(lambda: f"{AGENT.line('callback_hours')} {offered}" in lines(it))
        it.ari.press("c1", "1")
        await it.over("c1")
        (entry,) = await book.entries()
        assert entry.due == moment.timestamp()


async def test_who_says_a_time_that_is_not_understood_is_told_how(it: Exchange, book: CallbackBook) -> None:
    asking(it, "Can somebody call me back later?")
    await it.until(lambda: any(line.startswith(AGENT.line("callback_when")) for line in lines(it)))
    assert await book.entries() == []
