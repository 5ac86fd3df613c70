"""`POST /calls`: a call that is made. Whether it may be, the gateway says, which makes all that are asked for."""

import secrets
import time
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response, Security
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.access.guard import admitted
from api.access.keys import Key
from api.live.orders import ANSWERED_S, OBEYED_S, Orders
from api.live.routes import Repeat
from api.problems import Problem, unavailable
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.outside.dialling import Dial
from parley.telephone.numbers import TO

Starter = Annotated[Key, Security(admitted, scopes=["calls:start"])]
_Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,31}$")]
_Value = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]

router = APIRouter(tags=["live"])


class Wanted(BaseModel):
    """A call that is to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: str = Field(pattern=TO, examples=["1002"])
    """An extension of the house, or a number in E.164 (`+4930123456`) over the trunk."""
    agent: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,31}$", examples=["techstore"])
    caller_id: str = Field("", pattern=r"^(\+?[0-9]{2,15})?$", examples=[""])
    """The number that is shown, one of DIAL_CALLER_IDS; empty: over the trunk the first of these, else the agent's."""
    ring_s: float = Field(30.0, ge=5, le=120)
    """How long it rings."""
    greeting: str = Field("", max_length=600, examples=["Hello {name}, your order is ready."])
    """Said in place of the agent's greeting; `{name}` stands for a variable there, as in the agent's own."""
    voicemail: str = Field("", max_length=600, examples=["Hello {name}, your order is ready. Goodbye."])
    """Said to a voicemail that answers, after its beep; empty: it is hung up on."""
    variables: dict[_Name, _Value] = Field(
        {},
        max_length=20,
        examples=[{"name": "Mrs. Doe", "order": "4711"}],
        json_schema_extra={"additionalProperties": False},
    )
    """What the agent is to know of whom it calls."""
    chat: str = Field("", pattern="^(chat-[a-z0-9-]{1,58})?$", examples=[""])
    """A chat that becomes this call: the agent has what was written there before it. Empty: none."""


class Started(BaseModel):
    """It rings."""

    call: str = Field(examples=["made-0f3a5c7e9b1d2f4a"])
    """What becomes of it, `/calls/{call}` and `/events` tell."""
    result: Literal["ringing"] = "ringing"


@router.post("/calls", status_code=202)
async def start_call(
    key: Starter, request: Request, response: Response, body: Wanted, repeat: Repeat = ""
) -> Started:
    """Have an agent call somebody; the answer comes when their telephone is rung."""
    state = request.app.state
    dial = Dial(
        id=f"made-{secrets.token_hex(8)}",
        to=body.to,
        agent=body.agent,
        by=key.name,
        caller_id=body.caller_id,
        ring_s=body.ring_s,
        greeting=body.greeting,
        voicemail=body.voicemail,
        variables=body.variables,
        chat=body.chat,
        until=time.time() + OBEYED_S,
    )
    if body.chat:
        await _check_chat(state.bus, body.chat)
    orders: Orders = state.orders

    async def started() -> str:
        await orders.noted(key, "call.start", dial.id, lambda: ring(state.bus, dial))
        return dial.id

    call = await orders.once(key, repeat, ("POST /calls", body.model_dump_json()), started)
    response.headers["Location"] = f"/api/v1/calls/{call}"
    return Started(call=call)


async def ring(bus: Bus, dial: Dial) -> None:
    """Have a gateway ring somebody, or say whether it would; raise Problem where it does not."""
    try:
        answer = await bus.commands().dials().ask(dial, ANSWERED_S)
    except (BusError, MessageError) as error:
        raise unavailable("Redis cannot be reached now; whether it rings is not known") from error
    if answer is None:
        raise Problem(504, "no-answer", "no gateway has said in time whether it rings")
    if answer.rule:
        raise Problem(403, "not-allowed", answer.reason, rule=answer.rule)
    if answer.result == "refused":
        raise Problem(409, "refused", answer.reason)


async def _check_chat(bus: Bus, chat: str) -> None:
    try:
        owner = await bus.commands().owner(chat)
    except BusError as error:
        raise unavailable("Redis cannot be reached now; nobody is rung") from error
    if not owner:
        raise Problem(409, "refused", f"no chat {chat} goes on")
