"""How the stack is, the outage switch, keys, users, and what was done."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.console.door import Known, Sent, Visitor, door
from api.console.live import upstream
from api.console.pages import page, then
from api.console.passes import PREFIX
from api.console.people.routes import SCOPE, telephones
from api.console.upstream import Refused
from api.console.users import ROLES

_DONE = 50

router = APIRouter()


@router.get("/settings")
async def show_settings(request: Request, who: Known) -> Response:
    """All of it that the visitor may see."""
    return await _shown(request, who)


async def _shown(request: Request, who: Visitor, link: str = "", status: int = 200) -> Response:
    api = upstream(request)
    wanted = [api.get(who.key, "/health"), api.get(who.key, "/health/report")]
    if who.may("audit:read"):
        wanted += [api.get(who.key, "/keys"), api.get(who.key, "/audit", limit=_DONE)]
    health, report, *more = await asyncio.gather(*wanted)
    keys: list[Any] = more[0]["keys"] if more else []
    numbers = telephones(request).numbers
    owners = await run_in_threadpool(numbers.owners)
    return page(
        request,
        "settings",
        who,
        status=status,
        health=health,
        report=report,
        keys=[key for key in keys if not key["name"].startswith(PREFIX)],
        entries=more[1]["entries"] if more else [],
        users=await run_in_threadpool(door(request).users.all) if who.role == "admin" else [],
        roles=list(ROLES),
        passwords=request.app.state.passwords,
        numbers=numbers.all,
        owned={owner.name: owner.number for owner in owners},
        link=link,
    )


@router.post("/settings/outage")
async def switch_outage(request: Request, who: Known, fields: Sent) -> Response:
    """Send all calls to people, or to the agents again."""
    on = fields.get("on") == "yes"
    await upstream(request).send(who.key, "PUT", "/outage", json={"on": on})
    return then("/settings?told=outage")


@router.post("/settings/users")
async def put_user(request: Request, who: Known, fields: Sent) -> Response:
    """Make a user or give one another role; who has no password yet, or is to have another, gets a link."""
    _admins_only(who)
    at, name = door(request), fields.get("name", "").strip().lower()
    role = fields.get("role", "")
    if name == who.name and role != who.role:
        raise Refused(409, "refused", "nobody changes their own role: another admin does", [])
    there = await run_in_threadpool(at.users.one, name)
    if there is not None and there.outside:
        raise Refused(409, "refused", f"the provider says who {name} is, and their role", [])
    if not request.app.state.passwords:
        raise Refused(409, "refused", "nobody has a password here: users come by the provider", [])
    try:
        await run_in_threadpool(at.users.put, name, role)
    except ValueError as error:
        raise Refused(422, "invalid-request", str(error), []) from error
    await run_in_threadpool(at.audit.note, PREFIX + who.name, "console.user", name, role)
    if SCOPE not in ROLES[role]:
        await telephones(request).take_away(name)
    user = await run_in_threadpool(at.users.one, name)
    if fields.get("link") != "yes" and user is not None and user.has_password:
        return then("/settings?told=user")
    secret = await run_in_threadpool(at.users.link, name)
    return await _shown(request, who, f"{request.app.state.url}/first/{secret}")


@router.post("/settings/users/remove")
async def remove_user(request: Request, who: Known, fields: Sent) -> Response:
    """Somebody is no user any more, from their next click on."""
    _admins_only(who)
    at, name = door(request), fields.get("name", "")
    if name == who.name:
        raise Refused(409, "refused", "nobody removes themselves: another admin does", [])
    await run_in_threadpool(at.remove, name, PREFIX + who.name)
    await telephones(request).take_away(name)
    return then("/settings?told=removed")


def _admins_only(who: Visitor) -> None:
    if who.role != "admin":
        raise Refused(403, "no-scope", "this is for admins", [])
