"""The page People, a user's telephone on every page, and its SIP."""

import asyncio
import re
from collections.abc import Container
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response, WebSocket
from fastapi.concurrency import run_in_threadpool

from api.console.door import COOKIE, Door, Known, Sent, Visitor, door
from api.console.live import upstream
from api.console.pages import page, then
from api.console.passes import PREFIX
from api.console.people.numbers import Owner, Wish
from api.console.people.telephones import Telephones
from api.console.people.waiting import Waiting, whole
from api.console.phone.line import SIP
from api.console.phone.routes import lasting, ours
from api.console.upstream import Refused, Upstream
from api.console.users import ROLES
from parley.outside.push.box import Browser
from webhooks.pushing.sealing import Sender

SCOPE = "calls:steer"
"""Who may have a telephone: whoever has a call may do more in it than anybody can by buttons."""
_SHOWN = 10
"""Messages a page, and callers who wait of whom more is asked for; one request each."""
_LIVE = 100
_SPELT = re.compile(r"(?:\+ )?(?:[0-9] ){5,}[0-9]\b")
"""A number as it is told to be heard, figure by figure."""
_REFUSED, _LATER = 1008, 1013

router = APIRouter()


def telephones(request: Request) -> Telephones:
    """All of them."""
    return request.app.state.telephones


@router.get("/people")
async def show_people(
    request: Request, who: Known, after: Annotated[str, Query(max_length=500)] = ""
) -> Response:
    """Who is there, who waits, and what callers left."""
    api = upstream(request)
    now, found = await asyncio.gather(
        _now(request, who),
        api.get(who.key, "/calls", outcome="message_taken", limit=_SHOWN, after=after),
    )
    left = await asyncio.gather(*(whole(api, who.key, call["call"]) for call in found["calls"]))
    messages = [call for call in left if call is not None]
    return page(request, "people", who, **now, left=messages, older=found["after"] or "")


@router.get("/people/now")
async def show_now(request: Request, who: Known) -> Response:
    """Who is there and who waits, for a page that is open."""
    return page(request, "people_now", who, **await _now(request, who))


async def _now(request: Request, who: Visitor) -> dict[str, Any]:
    at, api = telephones(request), upstream(request)
    listed, desks = await asyncio.gather(
        api.get(who.key, "/calls", state="live", limit=_LIVE), _on_desks(api, who.key, at.numbers.all)
    )
    waiting = [call for call in listed["calls"] if call["whose"] == "waiting" and call["channel"] == "voice"]
    known_of: Waiting = request.app.state.waiting
    more = await known_of.of(api, who.key, [call["call"] for call in waiting[:_SHOWN]])
    known = {call["call"]: call for call in more if call is not None}
    states = at.states()
    owners = await run_in_threadpool(at.numbers.owners)
    return {
        "owners": [(owner, states.get(owner.name, "away")) for owner in owners],
        "waiting": [(call, *_wanted(known.get(call["call"]))) for call in reversed(waiting)],
        "there": at.there,
        "desks": desks,
    }


async def _on_desks(api: Upstream, key: str, ours: Container[str]) -> list[dict[str, str]] | None:
    """Telephones that are not in the console; None: that is not known now."""
    try:
        told = await api.get(key, "/telephones")
    except Refused:
        return None
    known: list[dict[str, str]] | None = told["telephones"]
    return known and [each for each in known if each["number"] not in ours]


def _wanted(call: dict[str, Any] | None) -> tuple[str, str]:
    """To whom a caller is to be given, and what it is about."""
    told = call["transfers"] if call else []
    targets = [event.get("target", "") for event in told if event["kind"] == "transfer_started"]
    return (targets or [""])[-1], summary_of(call)


def summary_of(call: dict[str, Any] | None) -> str:
    """What a call is about: as it is told to whom it is given, or what its caller said last; empty: nothing yet."""
    if call is None:
        return ""
    told = [event.get("text", "") for event in call["transfers"] if event["kind"] == "transfer_summary"]
    said = [turn["text"] for turn in call["turns"] if turn["who"] == "caller"]
    return _SPELT.sub(lambda number: number[0].replace(" ", ""), (told or said or [""])[-1])


# The telephone


@router.get("/phone")
async def show_telephone(request: Request, who: Known) -> dict[str, Any]:
    """The visitor's telephone; without a number: they have none."""
    owner = await _owner(request, who)
    if owner is None:
        return {"number": ""}
    at = telephones(request)
    sender = await run_in_threadpool(Sender.of, at.box)
    # A browser may still have a subscription of whoever was logged in there before.
    browsers = [browser.url for browser in await run_in_threadpool(at.box.of, who.name)]
    return {**_told(at, owner), "key": sender.public, "browsers": browsers}


@router.post("/phone/wishes/{wish}")
async def change_telephone(
    request: Request,
    who: Known,
    _fields: Sent,
    wish: Annotated[Wish, Path(description="What the visitor wants.")],
) -> dict[str, Any]:
    """Be there or away, or need a while after a call."""
    at = telephones(request)
    if await _owner(request, who) is None:
        raise Refused(409, "refused", "you have no telephone here", [])
    owner = await run_in_threadpool(at.numbers.wish, who.name, wish)
    if owner is None:
        return {"number": ""}
    await at.wish(owner)
    await run_in_threadpool(door(request).audit.note, PREFIX + who.name, "console.phone", owner.number, wish)
    return _told(at, owner)


@router.post("/phone/browsers/{step}")
async def change_browser(
    request: Request,
    who: Known,
    fields: Sent,
    step: Annotated[Literal["add", "remove"], Path(description="What is done.")],
) -> dict[str, Any]:
    """Have a browser be told of calls while no page is open, or no more."""
    box = telephones(request).box
    if await _owner(request, who) is None:
        raise Refused(409, "refused", "you have no telephone here", [])
    url = fields.get("endpoint", "")
    if step == "remove":
        await run_in_threadpool(box.remove, url, who.name)
        return {}
    try:
        browser = Browser.read(url, fields.get("p256dh", ""), fields.get("auth", ""))
    except ValueError as error:
        raise Refused(422, "invalid-request", str(error), []) from error
    await run_in_threadpool(box.add, who.name, browser)
    return {}


@router.get("/phone/calls/{call}")
async def show_summary(request: Request, who: Known, call: str) -> dict[str, str]:
    """What a call is about that rings."""
    return {"summary": summary_of(await whole(upstream(request), who.key, call))}


@router.post("/people/numbers")
async def give_number(request: Request, who: Known, fields: Sent) -> Response:
    """Give a user a telephone, or take it away."""
    if who.role != "admin":
        raise Refused(403, "no-scope", "this is for admins", [])
    at, name, number = telephones(request), fields.get("name", ""), fields.get("number", "")
    if await run_in_threadpool(door(request).users.one, name) is None:
        raise Refused(404, "not-found", f"there is no user {name!r}", [])
    # A user may have been made anew, by whose name there are browsers of the one before.
    if not number or await run_in_threadpool(at.numbers.of, name) is None:
        await at.take_away(name)
    try:
        await run_in_threadpool(at.numbers.give, name, number)
    except ValueError as error:
        raise Refused(422, "invalid-request", str(error), []) from error
    at.drop(name)
    await run_in_threadpool(door(request).audit.note, PREFIX + who.name, "console.number", name, number)
    return then("/settings?told=number")


@router.websocket("/phone/sip")
async def carry_sip(browser: WebSocket) -> None:
    """SIP of a page that is a telephone, for as long as the session goes on."""
    state = browser.app.state
    at: Door = state.door
    phones: Telephones = state.telephones
    who = await run_in_threadpool(at.sessions.held, browser.cookies.get(COOKIE, ""))
    owner = await run_in_threadpool(phones.numbers.of, who.name) if who and phones.there else None
    if who is None or owner is None or not (ours(browser) and SCOPE in ROLES[who.role]):
        await browser.close(_REFUSED)
        return
    await browser.accept(SIP)
    if not await phones.carry(browser, owner, lasting(browser)):
        await browser.close(_LATER)


async def _owner(request: Request, who: Visitor) -> Owner | None:
    at = telephones(request)
    if not at.there or not who.may(SCOPE):
        return None
    return await run_in_threadpool(at.numbers.of, who.name)


def _told(at: Telephones, owner: Owner) -> dict[str, Any]:
    state = at.know(owner).state
    return {
        "number": owner.number,
        "available": owner.available,
        "wrap_up": owner.wrap_up,
        "state": state,
    }
