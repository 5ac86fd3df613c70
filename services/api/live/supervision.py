"""Somebody of the company in a call by voice. Only users of the console get there, by its WebRTC."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Request, Security
from pydantic import Field

from api.access.guard import admitted
from api.access.keys import Key
from api.ids import CallId
from api.live.orders import Order, Orders
from api.live.routes import Asked, Outcome
from parley.messages import SupervisionMode

Supervisor = Annotated[Key, Security(admitted, scopes=["calls:supervise"])]

router = APIRouter(tags=["live"], prefix="/calls/{call}/supervision")


class Mode(Asked):
    """What is to be done in a call."""

    mode: SupervisionMode = Field(examples=["listen"])
    """`listen`: hear it; `whisper`: speak to the person who has it, unheard by the caller; `take_over`: have it."""


class Way(Asked):
    """How to get into a call."""

    extension: str = Field(examples=["listen-41873620175938264105"])
    """Is dialled within 30 s, once, by the console's user whose key asked; by others it is no number."""


@router.post("", status_code=201)
async def supervise(key: Supervisor, request: Request, call: CallId, body: Mode) -> Way:
    """Have a way into a call, for one person at a time. The caller is told that somebody listens, unless the agent's
    file says otherwise (`listening`).
    """
    token = str(secrets.randbelow(9 * 10**19) + 10**19)
    await _ask(request, key, call, body.mode, token)
    return Way(extension=f"listen-{token}")


@router.put("")
async def change_supervision(key: Supervisor, request: Request, call: CallId, body: Mode) -> Outcome:
    """Do something else in a call that one is in."""
    await _ask(request, key, call, body.mode)
    return Outcome()


@router.delete("")
async def end_supervision(key: Supervisor, request: Request, call: CallId) -> Outcome:
    """Leave a call that one is in; one that was taken over ends."""
    await _ask(request, key, call, "end")
    return Outcome()


async def _ask(request: Request, key: Key, call: str, mode: str, token: str = "") -> None:
    orders: Orders = request.app.state.orders
    order = Order(call, "supervise", mode, key.name, token)
    action = f"call.{mode}" if mode != "end" else "call.leave"
    await orders.noted(key, action, call, lambda: orders.sent(order))
