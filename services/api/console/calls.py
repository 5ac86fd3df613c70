"""Calls that there were: the list, one of them, and how it sounded."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.console.door import Known, Sent, Visitor
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part
from records.insight.outcome import OUTCOMES
from records.insight.tags import TAGS

_PAGE = 50
_ENDS = (
    "completed",
    "caller_hung_up",
    "transferred",
    "silent",
    "too_long",
    "refused",
    "busy",
    "failed",
    "stopped",
    "lost",
    "machine",
    "message_left",
)
"""How calls end, as gateways tell it, and the records."""
_OUTCOMES = tuple(dict.fromkeys((*_ENDS, *OUTCOMES)))
_FILTERS = ("text", "agent", "caller", "outcome", "tag", "category", "since", "until", "cell")
_PASSED = ("content-type", "content-length", "content-range", "accept-ranges", "etag", "last-modified")
"""What a player has to know of a sound."""

router = APIRouter()
Word = Annotated[str, Query(max_length=500)]


@router.get("/calls")
async def list_calls(
    request: Request,
    who: Known,
    *,
    text: Word = "",
    agent: Word = "",
    caller: Word = "",
    outcome: Word = "",
    tag: Word = "",
    category: Word = "",
    since: Word = "",
    until: Word = "",
    cell: Word = "",
    after: Word = "",
) -> Response:
    """Calls, newest first, that match everything that is asked for."""
    given = (text, agent, caller, outcome, tag, category, since, until, cell)
    asked = dict(zip(_FILTERS, given, strict=True))
    wanted = filled_in(asked)
    days = {"since": _day(since), "until": _day(until, after=True)}
    api = upstream(request)
    found = await api.get(who.key, "/calls", **(wanted | days), limit=_PAGE, after=after)
    agents = await api.get(who.key, "/agents")
    return page(
        request,
        "calls",
        who,
        calls=found["calls"],
        asked=asked,
        agents=agents["agents"],
        cells=await _cells(request, who.key),
        outcomes=_OUTCOMES,
        tags=TAGS,
        older=older(wanted, found["after"]),
        first=not after,
    )


def filled_in(asked: Mapping[str, str]) -> dict[str, str]:
    """Of the fields of a search those that have something in them."""
    return {name: value.strip() for name, value in asked.items() if value.strip()}


def older(wanted: Mapping[str, str], after: str | None) -> str:
    """The query of what follows a page of a search; empty: nothing does."""
    return urlencode({**wanted, "after": after}) if after else ""


def _day(text: str, *, after: bool = False) -> str:
    """The beginning of a day, or of the one after; empty: none is asked for."""
    if not text:
        return ""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except (ValueError, OverflowError) as error:
        raise Refused(422, "invalid-request", f"{text!r} is no day: as 2026-11-30", []) from error
    return f"{day.isoformat()}T00:00:00Z"


@router.get("/calls/{call}")
async def show_call(request: Request, who: Known, call: str, cell: Word = "") -> Response:
    """One call; of another cell, as far as it is copied."""
    api = upstream(request)
    found = await api.get(who.key, f"/calls/{part(call)}", cell=cell)
    targets = await _targets(request, who.key, found) if found["ended_at"] is None else []
    cells = (await api.get(who.key, "/cells"))["cells"] if cell else []
    home = next((known for known in cells if known["name"] == found["cell"] and not known["own"]), None)
    return page(request, "call", who, call=found, targets=targets, home=home)


async def _cells(request: Request, key: str) -> list[dict[str, Any]]:
    """All cells; none where there is one alone, or where the others are not known now."""
    try:
        return (await upstream(request).get(key, "/cells"))["cells"]
    except Refused:
        return []


@router.post("/calls/{call}/turns/{turn}")
async def correct(request: Request, who: Known, fields: Sent, call: str, turn: int) -> Response:
    """Tell what the caller really said in a turn."""
    body = {"text": " ".join(fields.get("text", "").split())}
    await upstream(request).send(who.key, "PUT", f"/calls/{part(call)}/turns/{turn}", json=body)
    return then(f"/calls/{part(call)}?told=corrected")


async def _targets(request: Request, key: str, call: dict[str, Any]) -> list[str]:
    """Whom a call can be given to; none where its agent's file cannot be read."""
    try:
        file = (await upstream(request).get(key, f"/agents/{part(call['agent'])}"))["file"]
    except Refused:
        return []
    targets = file.get("targets") if isinstance(file, dict) else None
    return sorted(targets) if isinstance(targets, dict) else []


@router.get("/calls/{call}/recording")
async def play(request: Request, who: Known, call: str) -> Response:
    """The recording or a range of it, as it comes."""
    return await _played(request, who, f"/calls/{part(call)}/recording")


@router.get("/calls/{call}/voicemail")
async def play_voicemail(request: Request, who: Known, call: str) -> Response:
    """What the caller left on the voicemail, or a range of it, as it comes."""
    return await _played(request, who, f"/calls/{part(call)}/voicemail")


async def _played(request: Request, who: Visitor, path: str) -> Response:
    asked = {"Range": request.headers["range"]} if "range" in request.headers else {}
    return await upstream(request).passed_on(who.key, path, asked, _PASSED)
