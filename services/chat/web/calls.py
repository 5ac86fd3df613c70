"""A chat turns into a call: the visitor gives a number, confirms it as it was understood, and the agent calls.

Who may be called, and when, the gateway says, by the rules of all calls that are made. Beside these a chat, an address
and an agent's file have limits: a stranger could have a number called that is somebody else's. Which rule it was, a
visitor is not told: nobody is to learn here who is on the do-not-call list.
"""

import secrets
import time
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem, unavailable
from chat import measures
from chat.talk.talk import Talk
from chat.web.visitors import ChatId, Limits, visited
from parley import log
from parley.bus import BusError
from parley.errors import MessageError
from parley.outbound.callbacks import PASSING
from parley.outbound.rules import is_outside, looked_up
from parley.outside.dialling import Dial, DialAnswer, Dials
from parley.telephone import numbers

BY = "chat"
"""Who asks for these calls, in their records."""
MOST = 2
"""Calls of one chat: somebody may have missed the first."""
_RING_S = 30.0
_OBEYED_S, _ANSWERED_S = 3.0, 5.0
"""Whom nobody has begun to ring by then is not rung, and so long an answer is waited for."""

_NOT_RUNG = (403, 409)
"""Of what it ends with otherwise it is not known whether it rings."""

_log = log.get("chat calls")

router = APIRouter(tags=["calls"])


class Wanted(BaseModel):
    """A number at which the visitor wants to be called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: str = Field(min_length=3, max_length=40, examples=["030 123456"])
    """As they write it; without its country, it is one of the agent's country."""
    confirmed: bool = False
    """Whether they have seen the number as it was understood, and it is right."""


class Understood(BaseModel):
    """What comes of it."""

    result: Literal["to_confirm", "ringing"]
    """`to_confirm`: nobody is called yet."""
    number: str = Field(examples=["+4930123456"])
    """In E.164."""
    shown: str = Field(examples=["+49 30 123456"])
    """The same for the visitor's eyes."""
    call: str = Field("", examples=["made-0f3a5c7e9b1d2f4a"])
    """The call's id, once it rings."""


def possible(talk: Talk) -> bool:
    """Whether the visitor of a chat can have themselves called now."""
    kept = talk.kept
    wanted = kept.channel == "web" and talk.agent.file.chat.calls
    return wanted and kept.phase in ("agent", "waiting", "message") and kept.calls < MOST


@router.post("/chats/{chat}/call", status_code=202, responses={200: {"model": Understood}})
async def call(request: Request, response: Response, chat: ChatId, body: Wanted) -> Understood:
    """Have the visitor called. Ask twice: first for the number as it is understood (200), then with that number and
    `confirmed` (202, it rings). The agent on the telephone has what was written here.
    """
    talk = visited(request, chat)
    limits: Limits = request.app.state.limits
    limits.message(chat)
    if not talk.agent.file.chat.calls:
        raise Problem(404, "no-calls", "this agent calls no visitors")
    if not possible(talk):
        raise Problem(409, "refused", "this chat cannot become a call any more, or a person has it")
    number = _understood(talk, body.number)
    dials: Dials = request.app.state.dials
    address = request.client.host if request.client else ""
    if not body.confirmed:
        await _possible(dials, _dial(talk, number, dry_run=True), limits, address)
        talk.kept.number = number
        response.status_code = 200
        return _told(number)
    if number != talk.kept.number:
        raise Problem(
            409, "not-confirmed", "ask without `confirmed` first, and show the number to the visitor"
        )
    limits.call(address)
    return _told(number, await _ring(dials, talk, number))


def _understood(talk: Talk, text: str) -> str:
    """The number that was meant, in E.164; raise Problem for what is none that may be called."""
    number = numbers.normal(text, talk.agent.country)
    if not is_outside(number) or not looked_up(number)[0]:
        raise Problem(
            422,
            "no-number",
            "body.number: no number of a fixed line or a mobile telephone; with its country it is as +49 30 123456",
        )
    return number


async def _possible(dials: Dials, dial: Dial, limits: Limits, address: str) -> None:
    """Raise Problem where somebody would not be rung. A number that is refused counts as a call of its address: whoever
    looks for those on the do-not-call list has as few tries.
    """
    try:
        await _asked(dials, dial)
    except Problem as problem:
        if problem.status == 403:
            limits.call(address)
        raise


async def _ring(dials: Dials, talk: Talk, number: str) -> str:
    """Have a number rung; return the call's id."""
    dial, outcome = _dial(talk, number), "failed"
    # Before anything is waited for: what was confirmed once is called once, however often it is pressed.
    talk.kept.number, talk.kept.calls = "", talk.kept.calls + 1
    try:
        await _asked(dials, dial)
        outcome = "ringing"
    except Problem as problem:
        outcome = problem.kind
        if problem.status in _NOT_RUNG:
            talk.kept.calls -= 1
        raise
    finally:
        measures.CALLS.labels(talk.agent.name, outcome).inc()
        # Without the number, which the call's own record has.
        talk.emit("call_asked", at=None, call_made=dial.id, outcome=outcome)
    if talk.phase != "ended":  # meanwhile
        talk.tell(talk.agent.line("chat_calling"))
    return dial.id


def _dial(talk: Talk, number: str, *, dry_run: bool = False) -> Dial:
    agent = talk.agent
    return Dial(
        id=f"made-{secrets.token_hex(8)}",
        to=number,
        agent=agent.name,
        by=BY,
        ring_s=_RING_S,
        greeting=agent.line("chat_greeting"),
        language=agent.file.language,
        chat=talk.id,
        dry_run=dry_run,
        until=time.time() + _OBEYED_S,
    )


async def _asked(dials: Dials, dial: Dial) -> None:
    """Have a gateway ring somebody, or say whether it would; raise Problem where it does not."""
    try:
        answer = await dials.ask(dial, _ANSWERED_S)
    except (BusError, MessageError) as error:
        raise unavailable("Redis cannot be reached now; whether it rings is not known") from error
    if answer is None:
        raise Problem(503, "busy", "no call can be made now", headers={"Retry-After": "60"})
    if answer.result == "refused":
        raise _refused(dial, answer)


def _refused(dial: Dial, answer: DialAnswer) -> Problem:
    _log.info("a visitor is not called", call=dial.chat, rule=answer.rule, reason=answer.reason)
    if answer.rule and answer.rule not in PASSING:
        return Problem(403, "not-this-number", "this number is not called from here")
    return Problem(409, "not-now", "this number cannot be called now; try again later")


def _told(number: str, call: str = "") -> Understood:
    result: Literal["to_confirm", "ringing"] = "ringing" if call else "to_confirm"
    return Understood(result=result, number=number, shown=numbers.spaced(number), call=call)
