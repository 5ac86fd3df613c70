"""Has the people on the lists of campaigns called, as many at a time as a campaign and the operator say, and looks in
the records at what came of it.
"""

import asyncio
import secrets
import time

from prometheus_client import Counter, Gauge

from parley import log
from parley.outbound.ledger import Ledger
from parley.outbound.rules import is_outside
from parley.outside.dialling import DialAnswer, Dials
from records.campaigns.book import Attempt, Book, Campaign
from records.campaigns.course import BREAKER_S, Ended, again_at, ended, is_broken, postponed_s
from records.campaigns.order import ANSWERED_S, dial, in_hours
from records.campaigns.plan import Row
from records.looking import look_for_ever
from records.store import Store

CALLS = Counter(
    "parley_campaign_calls_total",
    "Calls of campaigns that are over, by campaign and what came of them.",
    ["campaign", "outcome"],
)
TRIPPED = Gauge(
    "parley_campaign_tripped",
    "Whether a campaign has stopped by itself because calls went wrong (1) or not (0).",
    ["campaign"],
)
LEFT = Gauge(
    "parley_campaign_people_left", "People on a campaign's list who are not done with.", ["campaign"]
)

LOOK_S = 1.0
SEEN_S = 60.0
"""A call that was made is in the records by then."""
NO_ROOM_S = 30.0
OUT_OF_HOURS_S = 300.0

_log = log.get("campaigns")


class Campaigns:
    """Makes the calls of all campaigns."""

    def __init__(self, book: Book, store: Store, dials: Dials, ledger: Ledger, most: int) -> None:
        """`book` and `store` are its own; `most`: calls of all campaigns at a time."""
        self._book = book
        self._store = store
        self._dials = dials
        self._ledger = ledger
        self._most = most

    async def run(self) -> None:
        """Make calls for ever."""
        await look_for_ever(
            self.look,
            LOOK_S,
            _log,
            away="no gateway can be asked for calls",
            broke="campaigns cannot be read or written",
        )

    async def look(self) -> None:
        """Write down what came of calls, and have some more made."""
        for attempt in await asyncio.to_thread(self._book.open):
            await self._look_after(attempt)
        busy = await asyncio.to_thread(self._book.open)
        free = self._most - len(busy)
        for campaign in await asyncio.to_thread(self._book.campaigns):
            if campaign.state == "running" and await asyncio.to_thread(self._goes_on, campaign):
                own = sum(attempt.campaign == campaign.name for attempt in busy)
                free -= await self._make(campaign, min(free, campaign.plan.at_once - own))
            await asyncio.to_thread(self._tell, campaign.name)

    # What came of calls

    async def _look_after(self, attempt: Attempt) -> None:
        events = await asyncio.to_thread(self._store.events, attempt.call)
        end, now = ended(events), time.time()
        over = await asyncio.to_thread(self._store.is_over, attempt.call)
        if end is None and events and over:
            end = Ended("lost", now)
        if end is None and not events and now - attempt.at > SEEN_S:
            if is_outside(attempt.number) and not await self._ledger.has(attempt.call, attempt.number):
                # Without its place in the ledger no gateway has rung anybody, nor will one: its time is over.
                await asyncio.to_thread(self._not_made, attempt, now)
                return
            end = Ended("unknown", now)
        if end is not None:
            await asyncio.to_thread(self._over, attempt, end)

    def _not_made(self, attempt: Attempt, again_at: float, outcome: str = "") -> None:
        self._book.undo(attempt.call)
        self._book.later(attempt.campaign, attempt.number, again_at, outcome)

    def _over(self, attempt: Attempt, end: Ended) -> None:
        self._book.end(attempt.call, end)
        CALLS.labels(attempt.campaign, end.outcome).inc()
        campaign = self._book.campaign(attempt.campaign)
        before = self._book.outcomes(attempt.campaign, attempt.number)
        at = again_at(campaign.plan, end, before) if campaign else None
        if at is None:
            self._book.never(attempt.campaign, attempt.number, end.outcome)
        else:
            self._book.later(attempt.campaign, attempt.number, at, end.outcome)

    # Whether more are made

    def _goes_on(self, campaign: Campaign) -> bool:
        """Whether a campaign that runs may go on; one that may not is stopped."""
        now = time.time()
        if is_broken(self._book.ends(campaign.name, max(campaign.since, now - BREAKER_S)), now):
            _log.error("a campaign has stopped: too many of its calls went wrong", campaign=campaign.name)
            self._book.enter(campaign.name, "tripped", now)
            return False
        if not self._book.left(campaign.name):
            _log.info("a campaign is done", campaign=campaign.name)
            self._book.enter(campaign.name, "done", now)
            return False
        return True

    def _tell(self, name: str) -> None:
        campaign = self._book.campaign(name)
        TRIPPED.labels(name).set(campaign is not None and campaign.state == "tripped")
        LEFT.labels(name).set(self._book.left(name))

    # Calls

    async def _make(self, campaign: Campaign, count: int) -> int:
        """Have so many people called; return how many were."""
        made = 0
        for row in await asyncio.to_thread(self._book.due, campaign.name, time.time(), max(0, count)):
            if not in_hours(campaign.plan, row, time.time()):
                at = time.time() + OUT_OF_HOURS_S
                await asyncio.to_thread(self._book.later, campaign.name, row.number, at, "hours")
            elif await self._call(campaign, row):
                made += 1
            else:
                break
        return made

    async def _call(self, campaign: Campaign, row: Row) -> bool:
        """Have somebody called; False: nobody is called now, whoever it is."""
        attempt = Attempt(f"made-{secrets.token_hex(8)}", campaign.name, row.number, time.time())
        await asyncio.to_thread(self._book.begin, attempt.call, campaign.name, row.number, attempt.at)
        answer = await self._dials.ask(dial(campaign, row, attempt.call), ANSWERED_S)
        # Where nobody has answered, or it was tried all the same, the records and the ledger tell what came of it.
        if answer is None:
            return False
        if answer.result == "refused" and not answer.tried:
            return await asyncio.to_thread(self._refused, attempt, answer)
        return True

    def _refused(self, attempt: Attempt, answer: DialAnswer) -> bool:
        """Nobody was rung; return whether somebody else may be."""
        wait_s = postponed_s(answer.rule) if answer.rule else NO_ROOM_S
        self._not_made(attempt, time.time() + (wait_s or 0.0), answer.rule)
        if wait_s is None:
            self._book.never(attempt.campaign, attempt.number, answer.rule)
        return bool(answer.rule)
