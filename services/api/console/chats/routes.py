"""Chats: those that go on and those that are kept, one as it is written, and a person in the agent's place."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from api.console.calls import Word, filled_in, older
from api.console.door import Known, Sent
from api.console.live import last_words, upstream
from api.console.pages import page, then
from api.console.upstream import Refused, Upstream, part

TAKEN_IN_S = 2.0
"""How long a page is held back at the most until the records know what was done on it."""
_LOOK_S = 0.2
_PAGE = 50
_NOW = 100
_WITH_WORDS = 10
"""Chats whose last words are asked for, as on the page of calls that go on."""
_LINES = 100
"""Of a thread on one page."""
_FILTERS = ("text", "agent", "caller", "channel")
_CHANNELS = ("web", "sms", "sip")
_ORDER = ("waiting", "person", "agent")
"""Who waits for a person stands first."""

Verb = Annotated[Literal["take", "say", "give-back", "close"], Path(description="What is asked.")]
Until = Annotated[int | None, Query(ge=1, le=1_000_000_000, description="Only lines before this one.")]
Told = Callable[[dict[str, Any]], bool]

router = APIRouter()


@router.get("/messages")
async def list_chats(
    request: Request,
    who: Known,
    *,
    text: Word = "",
    agent: Word = "",
    caller: Word = "",
    channel: Word = "",
    after: Word = "",
) -> Response:
    """Chats that go on, and those that are over, newest first, that match everything that is asked for."""
    asked = dict(zip(_FILTERS, (text, agent, caller, channel), strict=True))
    wanted = filled_in(asked)
    api, all_of_them = upstream(request), not wanted and not after
    query = {"channel": "written", **wanted, "limit": _PAGE, "after": after}
    kept, agents = await asyncio.gather(
        api.get(who.key, "/calls", **query, state="over" if all_of_them else "all"),
        api.get(who.key, "/agents"),
    )
    now, said = await _going_on(api, who.key) if all_of_them else ([], {})
    return page(
        request,
        "messages",
        who,
        now=now,
        said=said,
        all_of_them=all_of_them,
        chats=kept["calls"],
        asked=asked,
        agents=agents["agents"],
        channels=_CHANNELS,
        older=older(wanted, kept["after"]),
    )


async def _going_on(api: Upstream, key: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Chats that go on, and what was written last in the first of them."""
    listed = (await api.get(key, "/calls", channel="written", state="live", limit=_NOW))["calls"]
    now = sorted(listed, key=lambda chat: _ORDER.index(chat["whose"]))
    first = [chat["call"] for chat in now[:_WITH_WORDS]]
    words = await asyncio.gather(*(last_words(api, key, chat) for chat in first))
    return now, dict(zip(first, words, strict=True))


@router.get("/messages/{chat}")
async def show_chat(request: Request, who: Known, chat: str, until: Until = None) -> Response:
    """One, up to its end or to a line."""
    found = await upstream(request).get(who.key, f"/calls/{part(chat)}")
    if found["channel"] == "voice":
        return then(f"/calls/{part(chat)}")
    lines = list(enumerate(found["turns"]))[:until]
    begin = max(0, len(lines) - _LINES)
    return page(
        request,
        "thread",
        who,
        chat=found,
        lines=lines[begin:],
        earlier=begin,
        to_the_end=len(lines) == len(found["turns"]),
        writes=request.query_params.get("told") in ("take", "said"),
    )


@router.post("/messages/{chat}/{verb}")
async def steer(request: Request, who: Known, fields: Sent, chat: str, verb: Verb) -> Response:
    """Have something done in a chat, once however often the form is sent."""
    api = upstream(request)
    repeat = {"Idempotency-Key": fields["once"]} if fields.get("once") else {}
    more: dict[str, Any] = {"headers": repeat}
    if verb == "say":
        more["json"] = {"text": fields.get("text", "").strip()}
    known = await _known_by(api, who.key, chat, verb)
    await api.send(who.key, "POST", f"/chats/{part(chat)}/{verb}", **more)
    with suppress(TimeoutError, Refused):
        async with asyncio.timeout(TAKEN_IN_S):
            while not known(await api.get(who.key, f"/calls/{part(chat)}")):  # noqa: ASYNC110  # the API tells nobody
                await asyncio.sleep(_LOOK_S)
    return then(f"/messages/{part(chat)}?told={'said' if verb == 'say' else verb}")


async def _known_by(api: Upstream, key: str, chat: str, verb: str) -> Told:
    """What tells that the records have taken in what is about to be done."""
    match verb:
        case "take":
            return lambda found: found["whose"] not in ("agent", "waiting")
        case "give-back":
            return lambda found: found["whose"] != "person"
        case "close":
            return lambda found: found["ended_at"] is not None
    before = len((await api.get(key, f"/calls/{part(chat)}"))["turns"])
    return lambda found: len(found["turns"]) > before
