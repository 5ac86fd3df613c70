"""Who is told what happens: receivers, what became of the messages to them, and what an admin does about it."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response

from api.console.door import Known, Sent, Visitor
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part
from api.webhooks.routes import EventName

_PAGE = 50
_EVENT = "event."
"""Begins the fields of a form that stand for events."""
_EVENTS: tuple[str, ...] = get_args(EventName)

Before = Annotated[int | None, Query(ge=1, le=2**53, description="Only messages with a smaller number.")]

router = APIRouter()


@router.get("/settings/webhooks")
async def list_webhooks(request: Request, who: Known) -> Response:
    """All receivers."""
    return await _listed(request, who)


@router.post("/settings/webhooks")
async def add_webhook(request: Request, who: Known, fields: Sent) -> Response:
    """Add a receiver; the page that answers shows its secret, this once."""
    name = fields.get("name", "").strip()
    api = upstream(request)
    try:
        there = (await api.get(who.key, "/webhooks"))["webhooks"]
        if name in {webhook["name"] for webhook in there}:
            raise Refused(409, "refused", f"there is a webhook {name} already", [])
        made = await api.send(who.key, "PUT", f"/webhooks/{part(name)}", json=_as_sent(fields))
    except Refused as refused:
        if refused.status not in (409, 422, 404):
            raise
        return await _listed(request, who, fields, refused)
    return await _shown(request, who, name, secret=made["secret"])


@router.get("/settings/webhooks/{name}")
async def show_webhook(request: Request, who: Known, name: str, before: Before = None) -> Response:
    """One, with what became of its messages."""
    return await _shown(request, who, name, before)


@router.post("/settings/webhooks/{name}")
async def change_webhook(request: Request, who: Known, fields: Sent, name: str) -> Response:
    """Have it listen elsewhere or be told other things, or have another secret, which is shown this once."""
    api, path = upstream(request), f"/webhooks/{part(name)}"
    there = await _one(request, who, name)
    if fields.get("do") == "secret":
        same = {field: there[field] for field in ("url", "events", "agents")}
        made = await api.send(who.key, "PUT", path, json={**same, "new_secret": True})
        return await _shown(request, who, name, secret=made["secret"])
    try:
        await api.send(who.key, "PUT", path, json=_as_sent(fields))
    except Refused as refused:
        if refused.status != 422:
            raise
        return await _shown(request, who, name, fields=fields, refused=refused)
    return then(f"/settings{path}?told=webhook")


@router.post("/settings/webhooks/{name}/test")
async def try_webhook(request: Request, who: Known, _fields: Sent, name: str) -> Response:
    """Send it a message, to see whether it arrives."""
    path = f"/webhooks/{part(name)}"
    await upstream(request).send(who.key, "POST", f"{path}/test")
    return then(f"/settings{path}?told=queued")


@router.post("/settings/webhooks/{name}/remove")
async def remove_webhook(request: Request, who: Known, _fields: Sent, name: str) -> Response:
    """Remove it, and what waits for it."""
    await upstream(request).send(who.key, "DELETE", f"/webhooks/{part(name)}")
    return then("/settings/webhooks?told=webhook-removed")


@router.post("/settings/webhooks/{name}/again")
async def send_again(request: Request, who: Known, fields: Sent, name: str) -> Response:
    """Send it a message again that it has not taken."""
    number = part(fields.get("number", ""))
    await upstream(request).send(who.key, "POST", f"/dead-letters/{number}/again")
    return then(f"/settings/webhooks/{part(name)}?told=queued")


async def _listed(
    request: Request, who: Visitor, fields: dict[str, str] | None = None, refused: Refused | None = None
) -> Response:
    found = await upstream(request).get(who.key, "/webhooks")
    return page(
        request,
        "webhooks",
        who,
        status=refused.status if refused else 200,
        webhooks=found["webhooks"],
        name=(fields or {}).get("name", ""),
        wanted=_as_sent(fields or {}),
        events=_EVENTS,
        errors=_errors(refused),
    )


async def _shown(
    request: Request,
    who: Visitor,
    name: str,
    before: int | None = None,
    *,
    secret: str = "",
    fields: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    webhook = await _one(request, who, name)
    path = f"/webhooks/{part(name)}/deliveries"
    found = (await upstream(request).get(who.key, path, limit=_PAGE + 1, before=before))["deliveries"]
    return page(
        request,
        "webhook",
        who,
        status=refused.status if refused else 200,
        webhook=webhook,
        wanted=webhook if fields is None else _as_sent(fields),
        events=_EVENTS,
        deliveries=found[:_PAGE],
        older=found[_PAGE - 1]["number"] if len(found) > _PAGE else 0,
        first=before is None,
        secret=secret,
        errors=_errors(refused),
    )


async def _one(request: Request, who: Visitor, name: str) -> dict[str, Any]:
    webhooks = (await upstream(request).get(who.key, "/webhooks"))["webhooks"]
    found = next((webhook for webhook in webhooks if webhook["name"] == name), None)
    if found is None:
        raise Refused(404, "no-such-webhook", f"there is no webhook {name}", [])
    return found


def _as_sent(fields: dict[str, str]) -> dict[str, Any]:
    """What a form asks for, as the API has it."""
    return {
        "url": fields.get("url", "").strip(),
        "events": [event for event in _EVENTS if fields.get(f"{_EVENT}{event}") == "yes"],
        "agents": fields.get("agents", "").replace(",", " ").split(),
    }


def _errors(refused: Refused | None) -> list[dict[str, Any]]:
    if refused is None:
        return []
    return refused.errors or [{"field": "", "reason": refused.detail}]
