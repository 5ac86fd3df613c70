"""The page from which an agent is called, and its SIP."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response, WebSocket
from fastapi.concurrency import run_in_threadpool

from api.console.door import COOKIE, Door, Known
from api.console.live import upstream
from api.console.pages import page
from api.console.passes import PREFIX
from api.console.phone.ice import Helpers
from api.console.phone.line import SIP, Caller, Goes, Line
from api.console.users import ROLES

SCOPE = "calls:steer"
"""Who may call: an agent may hand a call to people, which costs them time."""
_REFUSED, _LATER = 1008, 1013

router = APIRouter()


@router.get("/call")
async def show_phone(request: Request, who: Known, agent: str = "") -> Response:
    """Agents that have a number, and what calls one of them."""
    listed = await upstream(request).get(who.key, "/agents")
    agents = [(each["name"], each["extensions"][0]) for each in listed["agents"] if each["extensions"]]
    line: Line = request.app.state.line
    return page(request, "phone", who, agents=agents, chosen=agent, there=line.there, may=who.may(SCOPE))


@router.get("/call/ice")
async def show_helpers(request: Request, who: Known) -> dict[str, list[dict[str, Any]]]:
    """Servers that help the browser's sound on its way, for who may call."""
    helpers: Helpers = request.app.state.helpers
    return {"iceServers": helpers.servers(who.name) if who.may(SCOPE) else []}


@router.websocket("/call/sip")
async def carry_sip(browser: WebSocket) -> None:
    """SIP of the page's, for as long as the session goes on."""
    at: Door = browser.app.state.door
    line: Line = browser.app.state.line
    cookie = browser.cookies.get(COOKIE, "")
    who = await run_in_threadpool(at.visitor, cookie)
    if who is None or not (ours(browser) and line.there and who.may(SCOPE)):
        await browser.close(_REFUSED)
        return
    if line.full:
        await browser.close(_LATER)
        return

    async def begins() -> None:
        await run_in_threadpool(at.audit.note, PREFIX + who.name, "console.call", who.name)

    await browser.accept(SIP)
    await line.carry(browser, Caller(who.name, lasting(browser), begins))


def lasting(browser: WebSocket) -> Goes:
    """For as long as whoever opened this is logged in, and may call."""
    at: Door = browser.app.state.door
    cookie = browser.cookies.get(COOKIE, "")

    async def goes_on(in_call: bool) -> bool:
        session = await run_in_threadpool(at.sessions.held, cookie, in_call=in_call)
        return session is not None and SCOPE in ROLES[session.role]

    return goes_on


def ours(browser: WebSocket) -> bool:
    """A page of another site may open a WebSocket to here, and the browser tells which one (RFC 6455, section 10.2)."""
    same = urlsplit(browser.headers.get("origin", "")).netloc == browser.headers.get("host")
    return same and SIP in browser.scope["subprotocols"]
