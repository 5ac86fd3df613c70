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
from chat.talk import later
from chat.talk.talk import Talk
from chat.web.visitors import ChatId, Limits, visited
from gateway.values import moments
from parley import log
from parley.bus import BusError
from parley.errors import MessageError
from parley.outbound.callbacks import KEPT_S, PASSING, Callback, CallbackBook, identity
from parley.outbound.rules import is_outside, looked_up
from parley.outside.dialling import Dial, DialAnswer, Dials
from parley.outside.notes import iso
from parley.telephone import numbers

BY = "chat"
"""Who asks for these calls, in their records."""
MOST = 2
"""Calls of one chat: somebody may have missed the first."""
_RING_S = 30.0
_LAST, _LONGEST = 3, 300
"""Of what was written, lines and characters that whoever takes a later call is told."""
_OBEYED_S, _ANSWERED_S = 3.0, 5.0
"""Whom nobody has begun to ring by then is not rung, and so long an answer is waited for."""

_NOT_NOW = "not-now"
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

    result: Literal["to_confirm", "ringing", "kept"]
    """`to_confirm`: nobody is called yet; `kept`: they will be, `when` they have written."""
    number: str = Field(examples=["+4930123456"])
    """In E.164."""
    shown: str = Field(examples=["+49 30 123456"])
    """The same for the visitor's eyes."""
    call: str = Field("", examples=["made-0f3a5c7e9b1d2f4a"])
    """The call's id, once it rings."""
    when: str = Field("", examples=["Monday, 30 November at 5 pm"])
    """When they are called, in words of the agent's language; empty: now."""


def possible(talk: Talk) -> bool:
    """Whether the visitor of a chat can have themselves called now."""
    kept = talk.kept
    wanted = kept.channel == "web" and talk.agent.file.chat.calls
    return wanted and kept.phase in ("agent", "waiting", "message") and kept.calls < MOST


@router.post("/chats/{chat}/call", status_code=202, responses={200: {"model": Understood}})
async def call(request: Request, response: Response, chat: ChatId, body: Wanted) -> Understood:
    """Have the visitor called. Ask twice: first for the number as it is understood (200), then with that number and
    `confirmed` (202, it rings, or is kept until they have written that they want it). The agent on the telephone has
    what was written here.
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
        await _possible(
            dials, _dial(talk, number, dry_run=True), limits, address, passing=bool(talk.kept.call_at)
        )
        talk.kept.number = number
        response.status_code = 200
        return _told(talk, number)
    if number != talk.kept.number:
        raise Problem(
            409, "not-confirmed", "ask without `confirmed` first, and show the number to the visitor"
        )
    limits.call(address)
    if talk.kept.call_at:
        return await _keep(request.app.state.callbacks, talk, number)
    return _told(talk, number, await _ring(dials, talk, number))


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


async def _possible(dials: Dials, dial: Dial, limits: Limits, address: str, *, passing: bool) -> None:
    """Raise Problem where somebody would not be rung, but what is only so now is no matter when it is `passing`. A
    number that is refused counts as a call of its address: whoever looks for those on the do-not-call list has as few
    tries.
    """
    try:
        await _asked(dials, dial)
    except Problem as problem:
        if problem.status == 403:
            limits.call(address)
        if not (passing and problem.kind == _NOT_NOW):
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


async def _keep(book: CallbackBook, talk: Talk, number: str) -> Understood:
    """Have a number called when its visitor wants it."""
    kept, agent, when = talk.kept, talk.agent, _when(talk, number)
    due = later.there(agent, number, kept.call_at).timestamp()
    written = [line.text for line in kept.board.lines if line.who == "visitor"]
    entry = Callback(
        id=identity(number, agent.name, kept.call_target),
        number=number,
        agent=agent.name,
        target=kept.call_target,
        language=agent.file.language,
        since=due,
        due=due,
        until=due + KEPT_S,
        by=BY,
        call=talk.id,
        why=" ".join(written[-_LAST:])[-_LONGEST:],
    )
    kept.number = ""
    try:
        if await book.keep(entry) != entry:  # they had a place already: what they want now counts
            await book.change(entry)
    except BusError as error:
        raise unavailable("Redis cannot be reached now; nobody will be called") from error
    kept.calls, kept.call_at = kept.calls + 1, 0.0
    measures.CALLS.labels(agent.name, "kept").inc()
    talk.emit("call_asked", at=None, callback=entry.id, due=iso(due), outcome="kept")
    if talk.phase != "ended":  # meanwhile
        talk.tell(agent.line("chat_call_kept", value=when))
    return Understood(result="kept", number=number, shown=numbers.spaced(number), call="", when=when)


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
    return Problem(409, _NOT_NOW, "this number cannot be called now; try again later")


def _told(talk: Talk, number: str, call: str = "") -> Understood:
    result: Literal["to_confirm", "ringing"] = "ringing" if call else "to_confirm"
    when = _when(talk, number) if talk.kept.call_at else ""
    return Understood(result=result, number=number, shown=numbers.spaced(number), call=call, when=when)


def _when(talk: Talk, number: str) -> str:
    moment = later.there(talk.agent, number, talk.kept.call_at)
    return moments.spoken(moment, talk.agent.file.language)
