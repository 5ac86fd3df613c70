"""Campaigns over a real Redis and a real database, with somebody who answers as a gateway does."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from parley.bus import Bus
from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.outbound.verdict import Verdict
from parley.outside.dialling import Dial, DialAnswer
from records.campaigns import caller as module
from records.campaigns.book import Book
from records.campaigns.caller import Campaigns
from records.campaigns.order import in_hours
from records.campaigns.plan import Row, read_plan
from records.store import Store
from tests.api.worker import dialler, ringing

PLAN = read_plan(
    "{agent: shop, greeting: 'Hello {name}.', voicemail: 'Call us.', at_once: 2,"
    " retries: {busy: {times: 1, after_s: 600}}}"
)
ROWS = [Row(f"+493012345{n}", "form", {"name": f"N{n}"}) for n in range(6)]


class Site:
    """Where the campaigns of a test find everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.book, self.store = Book(folder), Store(folder)
        self._numbers = iter(range(1, 1000))

    def happened(self, call: str, *events: tuple[str, float, dict[str, str]]) -> None:
        for kind, at, data in events:
            event = Event(call=call, kind=kind, at=at, data={"agent": "shop", **data})
            self.store.add([LoggedEvent(f"{next(self._numbers)}-0", event)])

    def over(self, dial: Dial, outcome: str, lasted_s: float | None = None) -> None:
        """Have the records know how a call ended."""
        now = time.time()
        started = [] if lasted_s is None else [("call_started", now - lasted_s, dict[str, str]())]
        made, end = ("call_made", now - 60, {"caller": dial.to}), ("call_ended", now, {"outcome": outcome})
        self.happened(dial.id, made, *started, end)

    def states(self) -> dict[str, str]:
        return {each.number: f"{each.state} {each.outcome}".strip() for each in self.book.results("spring")}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    site.book.put("spring", PLAN, ROWS)
    site.book.enter("spring", "running", time.time() - 300)
    yield site
    site.book.close()
    site.store.close()


@asynccontextmanager
async def calling(
    site: Site, redis_url: str, answer: Callable[[Dial], DialAnswer] = ringing, most: int = 5
) -> AsyncIterator[tuple[Campaigns, list[Dial]]]:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    bus = Bus.connect(redis_url)
    commands = bus.commands()
    async with dialler(redis_url, answer) as asked:
        yield Campaigns(site.book, site.store, commands.dials(), commands.ledger(), most), asked
    await bus.close()


async def test_as_many_are_called_at_a_time_as_the_campaign_says(site: Site, redis_url: str) -> None:
    async with calling(site, redis_url) as (campaigns, asked):
        for _ in range(3):
            await campaigns.look()
        assert [dial.to for dial in asked] == [row.number for row in ROWS[:2]]
        (first, _) = asked
        assert (first.agent, first.by, first.campaign) == ("shop", "campaign spring", "spring")
        assert first.consent == "form"
        assert (first.greeting, first.variables) == ("Hello {name}.", {"name": "N0"})
        assert first.voicemail == "Call us."
        site.over(first, "completed", 40.0)
        await campaigns.look()
        assert [dial.to for dial in asked[2:]] == [ROWS[2].number]
        assert site.states()[ROWS[0].number] == "done completed"


async def test_the_operators_limit_is_about_all_campaigns(site: Site, redis_url: str) -> None:
    site.book.put("autumn", PLAN, [Row("1001", "form"), Row("1002", "form")])
    site.book.enter("autumn", "running", time.time())
    async with calling(site, redis_url, most=3) as (campaigns, asked):
        for _ in range(3):
            await campaigns.look()
        assert len(asked) == 3


async def test_what_is_started_again_calls_nobody_twice(site: Site, redis_url: str) -> None:
    async with calling(site, redis_url) as (campaigns, asked):
        await campaigns.look()
        again = Campaigns(Book(site.folder), site.store, campaigns._dials, campaigns._ledger, 5)
        for _ in range(3):
            await again.look()
        assert len(asked) == len({dial.to for dial in asked}) == 2
        again._book.close()


async def test_the_attempt_is_written_down_before_anybody_is_rung(site: Site, redis_url: str) -> None:
    seen: list[list[str]] = []
    reader = Book(site.folder)

    def answer(dial: Dial) -> DialAnswer:
        seen.append([attempt.call for attempt in reader.open()])
        assert dial.id in seen[-1]
        return DialAnswer(result="ringing")

    async with calling(site, redis_url, answer) as (campaigns, _):
        await campaigns.look()
    reader.close()
    assert len(seen) == 2


async def test_who_is_busy_is_tried_again_later_and_not_for_ever(site: Site, redis_url: str) -> None:
    async with calling(site, redis_url) as (campaigns, asked):
        await campaigns.look()
        site.over(asked[0], "busy")
        await campaigns.look()
        assert site.states()[ROWS[0].number] == "waiting busy"
        assert len([dial for dial in asked if dial.to == ROWS[0].number]) == 1
        site.book.later("spring", ROWS[0].number, 0.0)  # ten minutes are over
        site.over(asked[1], "completed", 40.0)
        await campaigns.look()
        second = [dial for dial in asked if dial.to == ROWS[0].number][1]
        site.over(second, "busy")
        await campaigns.look()
        assert site.states()[ROWS[0].number] == "done busy"


@pytest.mark.parametrize(
    ("rule", "state"),
    [("do_not_call", "done do_not_call"), ("hours", "waiting hours"), ("consent", "done consent")],
)
async def test_what_a_rule_does_not_allow_is_no_attempt(
    site: Site, redis_url: str, rule: str, state: str
) -> None:
    def answer(dial: Dial) -> DialAnswer:
        if dial.to == ROWS[0].number:
            return DialAnswer(result="refused", reason="no", rule=rule)
        return DialAnswer(result="ringing")

    async with calling(site, redis_url, answer) as (campaigns, asked):
        await campaigns.look()
        assert site.states()[ROWS[0].number] == state
        assert [dial.to for dial in asked] == [row.number for row in ROWS[:2]]
        assert site.book.results("spring")[0].attempts == 0


async def test_where_there_is_no_room_nobody_else_is_tried(site: Site, redis_url: str) -> None:
    def answer(_dial: Dial) -> DialAnswer:
        return DialAnswer(result="refused", reason="the places left are kept for callers")

    async with calling(site, redis_url, answer) as (campaigns, asked):
        await campaigns.look()
        assert len(asked) == 1
        assert site.states()[ROWS[0].number] == "waiting"


async def test_half_of_five_that_go_wrong_stop_it_until_it_is_started(site: Site, redis_url: str) -> None:
    async with calling(site, redis_url) as (campaigns, asked):
        for n in range(5):
            await campaigns.look()
            site.over(asked[n], "caller_hung_up", 2.0)
        before = len(asked)
        for _ in range(2):
            await campaigns.look()
        campaign = site.book.campaign("spring")
        assert campaign is not None
        assert campaign.state == "tripped"
        assert module.TRIPPED.labels("spring")._value.get() == 1
        assert len(asked) == before == 6
        site.over(asked[5], "completed", 60.0)
        site.book.enter("spring", "running", time.time())
        await campaigns.look()
        campaign = site.book.campaign("spring")
        assert campaign is not None
        # What went wrong before counts no more; and everybody has been called.
        assert campaign.state == "done"
        assert module.TRIPPED.labels("spring")._value.get() == 0


async def test_what_no_gateway_took_is_tried_again_and_what_one_did_is_not(
    site: Site, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWERED_S", 0.1)
    monkeypatch.setattr(module, "SEEN_S", -1.0)
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    bus = Bus.connect(redis_url)
    ledger = bus.commands().ledger()
    campaigns = Campaigns(site.book, site.store, bus.commands().dials(), ledger, 5)
    await campaigns.look()
    (lost,) = site.book.open()
    await campaigns.look()
    assert lost.call not in [attempt.call for attempt in site.book.open()]
    # The next one was allowed by a gateway that died with it: perhaps it rang.
    (taken,) = site.book.open()
    await ledger.claim(taken.call, taken.number, lambda _: Verdict(None, {}))
    await campaigns.look()
    assert site.states()[taken.number] == "done unknown"
    await bus.close()


async def test_a_paused_campaign_calls_nobody(site: Site, redis_url: str) -> None:
    site.book.enter("spring", "paused", time.time())
    async with calling(site, redis_url) as (campaigns, asked):
        await campaigns.look()
        assert asked == []


async def test_who_is_forgotten_is_on_no_list(site: Site) -> None:
    site.book.forget("030 123450")
    site.book.forget("0049 30 123450")
    assert ROWS[0].number not in site.states()
    assert len(site.states()) == 5


def test_a_campaigns_own_hours_are_those_of_whoever_is_called() -> None:
    plan = read_plan("{agent: shop, hours: 'mon-fri 10:00-18:00'}")
    monday_nine_in_berlin = 1_796_025_600.0
    somebody = Row("+4930123456", "form")
    assert not in_hours(plan, somebody, monday_nine_in_berlin)
    assert in_hours(plan, somebody, monday_nine_in_berlin + 3600)
    assert in_hours(plan, Row("1001", "form"), monday_nine_in_berlin)
    assert in_hours(PLAN, somebody, monday_nine_in_berlin)


def test_who_has_not_agreed_waits_for_no_hour() -> None:
    """They are told apart at once: the gateway refuses them for that, at any time."""
    plan = read_plan("{agent: shop, hours: 'mon 10:00-10:01'}")
    assert in_hours(plan, Row("+4930123456", ""), 0.0)
