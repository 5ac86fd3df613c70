"""The order to a gateway to call somebody on a list, and what would come of it now: nobody is rung for that."""

import secrets
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from parley.outbound.rules import is_outside, looked_up
from parley.outside.dialling import Dial, DialAnswer, Dials, filled
from records.campaigns.book import Campaign
from records.campaigns.plan import Plan, Row

OBEYED_S = 3.0
"""A gateway that sees an order later makes no call."""
ANSWERED_S = 5.0
_NOT_NOW = DialAnswer(result="refused", rule="hours", reason="it is not one of the campaign's hours there")


@dataclass(frozen=True, slots=True)
class Tried:
    """What would come of a call to somebody."""

    number: str
    answer: DialAnswer
    greeting: str
    """Empty: the agent's own."""


async def tried(dials: Dials, campaign: Campaign, rows: Iterable[Row]) -> AsyncIterator[Tried]:
    """What a gateway says of a call to each of these people; raise TimeoutError where none answers, BusError and
    MessageError.
    """
    for row in rows:
        answer: DialAnswer | None = _NOT_NOW
        if in_hours(campaign.plan, row, time.time()):
            order = dial(campaign, row, f"dry-{secrets.token_hex(8)}", dry_run=True)
            answer = await dials.ask(order, ANSWERED_S)
        if answer is None:
            raise TimeoutError("no gateway answers")
        yield Tried(row.number, answer, filled(campaign.plan.greeting, row.variables))


def dial(campaign: Campaign, row: Row, call: str, *, dry_run: bool = False) -> Dial:
    """The order to a gateway."""
    plan = campaign.plan
    return Dial(
        id=call,
        to=row.number,
        agent=plan.agent,
        by=f"campaign {campaign.name}",
        caller_id=plan.caller_id,
        ring_s=plan.ring_s,
        greeting=plan.greeting,
        voicemail=plan.voicemail,
        variables=row.variables,
        campaign=campaign.name,
        consent=row.consent,
        dry_run=dry_run,
        until=time.time() + OBEYED_S,
    )


def in_hours(plan: Plan, row: Row, now: float) -> bool:
    """Whether a campaign's own hours allow a call to somebody; the gateway's are asked there, as what they agreed to
    is: who has not agreed does not wait for an hour.
    """
    week = plan.week
    if week is None or not row.consent or not is_outside(row.number):
        return True
    _, zones = looked_up(row.number)
    moment = datetime.fromtimestamp(now, UTC)
    return all(week.has(moment.astimezone(ZoneInfo(zone))) for zone in zones)
