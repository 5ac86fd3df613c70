"""Calls that go on, while they do, and what is asked of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.console.door import COOKIE, Door, Known, Sent, door
from api.console.pages import page, then
from api.console.upstream import Refused, Upstream, part, refusal

_SHOWN = 100
_WITH_WORDS = 10
"""Calls whose last words are asked for when the page is opened, one request each; events tell what is said then."""
_VALUES = {"say": "text", "note": "text", "transfer": "target", "language": "language"}
"""The field of what is asked of a call, where it has one."""

Verb = Annotated[
    Literal["hangup", "transfer", "say", "note", "skip", "language"], Path(description="What is asked.")
]

router = APIRouter()


def upstream(request: Request) -> Upstream:
    """The API."""
    return request.app.state.upstream


@router.get("/")
async def begin(_who: Known) -> Response:
    """The first page."""
    return then("/live")


@router.get("/live")
async def show_live(request: Request, who: Known) -> Response:
    """Calls that go on."""
    api = upstream(request)
    listed, health = await asyncio.gather(
        api.get(who.key, "/calls", state="live", limit=_SHOWN), api.get(who.key, "/health")
    )
    calls = listed["calls"]
    words = await asyncio.gather(*(last_words(api, who.key, call["call"]) for call in calls[:_WITH_WORDS]))
    said = {call["call"]: last for call, last in zip(calls, words, strict=False)}
    listens = request.app.state.line.there and who.may("calls:supervise")
    cells = await _other_cells(api, who.key)
    return page(request, "live", who, calls=calls, said=said, health=health, listens=listens, cells=cells)


@router.get("/live/cells")
async def show_other_cells(request: Request, who: Known) -> Response:
    """What goes on in other cells, alone."""
    return page(request, "live_cells", who, cells=await _other_cells(upstream(request), who.key))


async def _other_cells(api: Upstream, key: str) -> dict[str, Any]:
    """What goes on there; nothing where there is one cell alone."""
    try:
        cells = (await api.get(key, "/cells/live"))["cells"]
    except Refused:
        return {"away": True, "others": []}
    return {"away": False, "others": [cell for cell in cells if not cell["own"]]}


async def last_words(api: Upstream, key: str, call: str) -> dict[str, Any] | None:
    """What was said last in a call; None: nothing, or it is not kept."""
    try:
        turns = (await api.get(key, f"/calls/{part(call)}"))["turns"]
    except Refused:
        return None  # forgotten meanwhile
    return turns[-1] if turns else None


@router.get("/live/events")
async def stream_events(
    request: Request, who: Known, call: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """What happens now, as the API tells it, for as long as the session goes on."""
    last = request.headers.get("last-event-id", "")
    stream = upstream(request).streamed(
        who.key, "/events", {"Last-Event-ID": last} if last else {}, call=call
    )
    answer = await stream.__aenter__()
    if not answer.is_success:
        await answer.aread()
        await stream.__aexit__(None, None, None)
        return Response(refusal(answer).detail, answer.status_code)

    async def told() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
                if not await run_in_threadpool(_goes_on, door(request), request.cookies.get(COOKIE, "")):
                    return
        finally:
            await stream.__aexit__(None, None, None)

    return StreamingResponse(told(), media_type="text/event-stream")


def _goes_on(at: Door, cookie: str) -> bool:
    return at.sessions.known(cookie, used=False) is not None


@router.post("/calls/{call}/{verb}")
async def steer(request: Request, who: Known, fields: Sent, call: str, verb: Verb) -> Response:
    """Have something done in a call, once however often the form is sent."""
    field = _VALUES.get(verb)
    repeat = {"Idempotency-Key": fields["once"]} if fields.get("once") else {}
    body = {"json": {field: fields.get(field, "").strip()}} if field else {}
    await upstream(request).send(who.key, "POST", f"/calls/{part(call)}/{verb}", headers=repeat, **body)
    back = f"/calls/{part(call)}" if fields.get("back") == "call" else "/live"
    return then(f"{back}?told={verb}")
