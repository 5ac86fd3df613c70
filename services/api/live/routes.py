"""What is asked of calls that go on, and the outage switch."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.access.guard import admitted
from api.access.keys import Key
from api.ids import CallId
from api.live.orders import Order, Orders
from api.problems import unavailable
from parley.bus import Bus, BusError

Repeat = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern="^[!-~]*$",
        description="Of your own choice, another one for each request: sent again with the same one, it is done once.",
        examples=["6f1c8a52-hangup"],
    ),
]
Steerer = Annotated[Key, Security(admitted, scopes=["calls:steer"])]
Switcher = Annotated[Key, Security(admitted, scopes=["outage:switch"])]

router = APIRouter(tags=["live"])


class Asked(BaseModel):
    """The root of what is sent: a field that there is not is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Words(Asked):
    """What is to be said."""

    text: str = Field(min_length=1, max_length=500, examples=["A colleague will call you back at three."])


class Note(Asked):
    """What only the agent is to know."""

    text: str = Field(min_length=1, max_length=500, examples=["The order has been sent today."])


class Target(Asked):
    """Whom a call is to be given to."""

    target: str = Field("", max_length=100, examples=["sales"])
    """One of the agent's targets; empty: the person that it names."""


class Language(Asked):
    """What the agent is to speak."""

    language: str = Field(min_length=1, max_length=20, examples=["de"])
    """One of the agent's languages."""


class Outcome(BaseModel):
    """It has been done."""

    result: Literal["done"] = "done"


class Outage(Asked):
    """The outage switch."""

    on: StrictBool
    """Whether all calls go to people."""


async def give(request: Request, key: Key, order: Order, repeat: str) -> Outcome:
    """Give an order to whoever has the call or the chat; raise Problem where it was not done."""
    orders: Orders = request.app.state.orders
    await orders.give(key, order, repeat)
    return Outcome()


@router.post("/calls/{call}/hangup")
async def hang_up(key: Steerer, request: Request, call: CallId, repeat: Repeat = "") -> Outcome:
    """Have the agent say goodbye and hang up."""
    return await give(request, key, Order(call, "hangup"), repeat)


@router.post("/calls/{call}/transfer")
async def transfer(
    key: Steerer, request: Request, call: CallId, body: Target, repeat: Repeat = ""
) -> Outcome:
    """Have the call given to people, as if the caller had asked for it: where nobody takes it, the agent goes on."""
    return await give(request, key, Order(call, "transfer", body.target), repeat)


@router.post("/calls/{call}/say")
async def say(key: Steerer, request: Request, call: CallId, body: Words, repeat: Repeat = "") -> Outcome:
    """Have the agent say a line at once, in place of what it says."""
    return await give(request, key, Order(call, "say", body.text), repeat)


@router.post("/calls/{call}/skip")
async def skip(key: Steerer, request: Request, call: CallId, repeat: Repeat = "") -> Outcome:
    """Have the agent say no more of what it says."""
    return await give(request, key, Order(call, "skip"), repeat)


@router.post("/calls/{call}/language")
async def change_language(
    key: Steerer, request: Request, call: CallId, body: Language, repeat: Repeat = ""
) -> Outcome:
    """Have the agent go on in another of its languages; it begins with its greeting there."""
    return await give(request, key, Order(call, "language", body.language), repeat)


@router.post("/calls/{call}/note")
async def note(key: Steerer, request: Request, call: CallId, body: Note, repeat: Repeat = "") -> Outcome:
    """Tell the agent something that the caller does not hear: its answers keep to it from the next one on."""
    return await give(request, key, Order(call, "note", body.text), repeat)


@router.put("/outage")
async def switch_outage(key: Switcher, request: Request, body: Outage) -> Outage:
    """Send all calls to people, or to the agent again, as `make outage` does; `/health` tells how it stands."""
    bus: Bus = request.app.state.bus
    try:
        await bus.set_outage(on=body.on)
    except BusError as error:
        raise unavailable("Redis cannot be reached now") from error
    await run_in_threadpool(request.app.state.audit.note, key.name, "outage", "on" if body.on else "off")
    return body
