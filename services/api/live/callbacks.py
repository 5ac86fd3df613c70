"""`/callbacks`: callers who are called back when somebody of a queue is free. Gateways keep that and do it."""

import time
from typing import Annotated

from fastapi import APIRouter, Path, Request, Security
from pydantic import BaseModel, ConfigDict, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.live.do_not_call import Done
from api.live.orders import OBEYED_S, Orders
from api.live.starting import Starter, ring
from api.problems import Problem, unavailable
from parley.bus import Bus, BusError
from parley.outbound.callbacks import KEPT_S, PASSING, Callback, identity
from parley.outside.dialling import Dial
from parley.outside.notes import iso
from parley.telephone.numbers import TO

Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]
_WEEK_S = 7 * 24 * 3600

router = APIRouter(tags=["live"], prefix="/callbacks")


class Wish(BaseModel):
    """Somebody who is to be called back."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: str = Field(pattern=TO, examples=["1002"])
    """An extension of the house, or a number in E.164 (`+4930123456`) over the trunk."""
    agent: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,31}$", examples=["techstore"])
    target: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,31}$", examples=["sales"])
    """Whom they are joined with: a target of the agent's with `callback: true`."""
    after_s: float = Field(0.0, ge=0, le=_WEEK_S)
    """They are called no sooner than so many seconds from now."""
    about: str = Field("", max_length=300, pattern=r"^[^\x00-\x1f]*$", examples=["My order 4711."])
    """What it is about, in their words: the person who takes the call is told of it."""


class Place(BaseModel):
    """Somebody who is to be called back, and their place."""

    callback: str = Field(examples=["0f3a5c7e9b1d2f4a"])
    """The id."""
    number: str = Field(examples=["+4930123456"])
    agent: str = Field(examples=["techstore"])
    target: str = Field(examples=["sales"])
    since: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    """Since when the place is theirs: whoever waits since then or later comes after them."""
    due: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    """They are called no sooner."""
    by: str = Field(examples=["crm"])
    """The key with which it was asked for; empty: the caller."""
    call: str = Field(examples=["1732287000.7"])
    """The call in which it was asked for; empty: none."""
    attempts: int = Field(examples=[0])
    """How often they have been called in vain."""


class Places(BaseModel):
    """All of them, who has waited longest first."""

    callbacks: list[Place]


@router.get("")
async def list_callbacks(_key: Reader, request: Request) -> Places:
    """Everybody who is to be called back."""
    bus: Bus = request.app.state.bus
    try:
        entries = await bus.commands().callbacks().entries()
    except BusError as error:
        raise unavailable("Redis cannot be reached now") from error
    return Places(callbacks=[_shown(entry) for entry in entries])


@router.post("", status_code=202)
async def keep_callback(key: Starter, request: Request, body: Wish) -> Place:
    """Have somebody called back; who has a place with these people already keeps it."""
    bus: Bus = request.app.state.bus
    due = time.time() + body.after_s
    entry = Callback(
        id=identity(body.number, body.agent, body.target),
        number=body.number,
        agent=body.agent,
        target=body.target,
        since=due,
        due=due,
        until=due + KEPT_S,
        by=key.name,
        why=body.about,
    )
    kept = [entry]

    async def keep() -> None:
        await _ask(bus, entry)
        try:
            kept[0] = await bus.commands().callbacks().keep(entry)
        except BusError as error:
            raise unavailable("Redis cannot be reached now; nobody is called back") from error

    orders: Orders = request.app.state.orders
    await orders.noted(key, "callback.keep", entry.id, keep)
    return _shown(kept[0])


@router.delete("/{callback}")
async def withdraw_callback(
    key: Starter,
    request: Request,
    callback: Annotated[str, Path(pattern="^[0-9a-f]{16}$", examples=["0f3a5c7e9b1d2f4a"])],
) -> Done:
    """Call somebody back no more; a call that rings already goes on."""
    bus: Bus = request.app.state.bus

    async def withdraw() -> None:
        try:
            await bus.commands().callbacks().withdraw(callback)
        except BusError as error:
            raise unavailable("Redis cannot be reached now; nothing was changed") from error

    orders: Orders = request.app.state.orders
    await orders.noted(key, "callback.withdraw", callback, withdraw)
    return Done()


async def _ask(bus: Bus, entry: Callback) -> None:
    """Have a gateway say whether that can be; raise Problem where it never will. Nobody is rung."""
    dial = Dial(
        id=f"asked-{entry.id}",
        to=entry.number,
        agent=entry.agent,
        by=entry.by,
        ring_s=0.0,
        target=entry.target,
        dry_run=True,
        until=time.time() + OBEYED_S,
    )
    try:
        await ring(bus, dial)
    except Problem as problem:
        if problem.body.rule not in PASSING:
            raise


def _shown(entry: Callback) -> Place:
    return Place(
        callback=entry.id,
        number=entry.number,
        agent=entry.agent,
        target=entry.target,
        since=iso(entry.since),
        due=iso(entry.due),
        by=entry.by,
        call=entry.call,
        attempts=entry.attempts,
    )
