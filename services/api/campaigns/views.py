"""Campaigns as clients see them."""

import time
from typing import Any, Literal

import msgspec
from pydantic import BaseModel, Field

from parley.outside.notes import iso
from records.campaigns.book import Book, Campaign, Result, State
from records.campaigns.course import BREAKER_S
from records.campaigns.order import Tried

_TIME: dict[str, Any] = {"format": "date-time"}
_HOUR_S = 3600.0
_CALL = "made-0f3a5c7e9b1d2f4a"


class Listed(BaseModel):
    """A campaign, and how far it is."""

    name: str = Field(examples=["spring"])
    agent: str = Field(examples=["techstore"])
    state: State
    """`tripped`: it has stopped by itself because calls went wrong."""
    started_at: str | None = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12.000Z"])
    """The last time; null: never."""
    people: int = Field(examples=[120])
    waiting: int = Field(examples=[80])
    calling: int = Field(examples=[2])
    done: int = Field(examples=[38])
    """People who are not called any more."""


class Campaigns(BaseModel):
    """All campaigns, by name."""

    campaigns: list[Listed]


class Pace(BaseModel):
    """How fast it goes."""

    at_once: int = Field(examples=[2])
    """Calls at a time that its definition wants."""
    ended_last_hour: int = Field(examples=[31])
    """Calls that were over within the last hour."""


class Breaker(BaseModel):
    """What stops a campaign by itself: half of at least five calls went wrong."""

    seconds: float = Field(examples=[120.0])
    """Calls that ended within these are looked at."""
    ended: int = Field(examples=[6])
    wrong: int = Field(examples=[1])


class Person(BaseModel):
    """Somebody on the list."""

    number: str = Field(examples=["+4930123456"])
    state: Literal["waiting", "calling", "done"]
    outcome: str = Field(examples=["no_answer"])
    """Of the last call, or the rule that did not allow one; empty: there was none."""
    attempts: int = Field(examples=[1])
    call: str | None = Field(examples=[_CALL])
    """The last one; null: none was made."""
    at: str | None = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12.000Z"])
    """When it was made."""


class Whole(Listed):
    """All that is known of a campaign, and some of its people."""

    definition: dict[str, Any] = Field(
        examples=[{"agent": "techstore", "greeting": "Hello {name}.", "at_once": 2}]
    )
    """As its file has it, with all defaults."""
    outcomes: dict[str, int] = Field(examples=[{"completed": 30, "no_answer": 8}])
    """How many people have each."""
    pace: Pace
    breaker: Breaker
    rows: list[Person]
    """In the list's order."""
    skip: int | None = Field(examples=[50])
    """What to ask for next, as `skip`; null: these were the last."""


class Taken(BaseModel):
    """What was taken in."""

    name: str = Field(examples=["spring"])
    result: Literal["created", "changed"]
    people: int = Field(examples=[120])
    """On the list that was sent."""
    added: int = Field(examples=[120])
    """Those of them that were not there yet."""
    without_consent: int = Field(examples=[3])
    """Those of them that will not be called."""


class Answer(BaseModel):
    """What would come of a call now."""

    number: str = Field(examples=["+4930123456"])
    result: Literal["allowed", "refused"]
    rule: str = Field(examples=["hours"])
    """The rule that does not allow it; empty: it is for something else, or allowed."""
    reason: str = Field(examples=["it is Sun 11:04 in Europe/Berlin; DIAL_HOURS are mon-sat 09:00-20:00"])
    greeting: str = Field(examples=["Hello Ms. Doe."])
    """What would be said first; empty: the agent's own greeting."""


class Trial(BaseModel):
    """What would come of calls to those who wait, the next ones first."""

    rows: list[Answer]


def listed(at: Book, campaign: Campaign) -> Listed:
    """A campaign in a list."""
    return Listed(**_short(at, campaign))


def whole(at: Book, campaign: Campaign, some: list[Result], skip: int | None) -> Whole:
    """All of a campaign, with some of its people."""
    now = time.time()
    ends = at.ends(campaign.name, now - _HOUR_S)
    lately = [end for end in ends if end.at > max(campaign.since, now - BREAKER_S)]
    return Whole(
        **_short(at, campaign),
        definition=msgspec.to_builtins(campaign.plan),
        outcomes=at.tally(campaign.name).outcomes,
        pace=Pace(at_once=campaign.plan.at_once, ended_last_hour=len(ends)),
        breaker=Breaker(seconds=BREAKER_S, ended=len(lately), wrong=sum(end.wrong for end in lately)),
        rows=[_person(each) for each in some],
        skip=skip,
    )


def answer(each: Tried) -> Answer:
    """What would come of one call."""
    told = each.answer
    return Answer(
        number=each.number,
        result="refused" if told.result == "refused" else "allowed",
        rule=told.rule,
        reason=told.reason,
        greeting=each.greeting,
    )


def _short(at: Book, campaign: Campaign) -> dict[str, Any]:
    tally = at.tally(campaign.name)
    return {
        "name": campaign.name,
        "agent": campaign.plan.agent,
        "state": campaign.state,
        "started_at": iso(campaign.since) if campaign.since else None,
        "people": tally.people,
        "waiting": tally.waiting,
        "calling": tally.calling,
        "done": tally.done,
    }


def _person(each: Result) -> Person:
    return Person.model_validate(
        {
            "number": each.number,
            "state": each.state,
            "outcome": each.outcome,
            "attempts": each.attempts,
            "call": each.call or None,
            "at": None if each.last_at is None else iso(each.last_at),
        }
    )
