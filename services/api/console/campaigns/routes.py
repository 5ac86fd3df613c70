"""Campaigns: the list, one of them with its people, and what is asked of it."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.console.calls import Word
from api.console.door import Known, Sent, Visitor
from api.console.forms.upload import Upload, upload
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part

_PAGE = 50
_TAKEN_S = 120.0
"""The longest list takes the API some time to read."""
_BEGUN = 'agent: {agent}\ngreeting: "Hello {{name}}, this is the automatic assistant."\nat_once: 1\n'
"""A definition to begin with."""
_PASSED = ("content-type", "content-length", "content-disposition")
"""What a browser has to know of a table."""
_STATES = ("waiting", "calling", "done")

_MOST = 10_000_000
"""Bytes of a form, as the API has it of a campaign."""

Uploaded = Annotated[Upload, Depends(upload(_MOST))]
Verb = Annotated[Literal["start", "pause", "resume"], Path(description="What is asked.")]
Skip = Annotated[int, Query(ge=0, le=10_000_000, description="People before these.")]

router = APIRouter()


@router.get("/campaigns")
async def list_campaigns(request: Request, who: Known) -> Response:
    """All of them."""
    return await _listed(request, who)


@router.post("/campaigns")
async def take_campaign(request: Request, who: Known, sent: Uploaded) -> Response:
    """Take one in, or change it; what is wrong is shown beside what was written."""
    fields = sent.fields
    try:
        taken = await upstream(request).send(
            who.key,
            "POST",
            "/campaigns",
            # Browsers send the lines of a form with CR LF (HTML, section 4.10.21.4).
            data={"name": _name(fields), "definition": fields.get("definition", "").replace("\r\n", "\n")},
            files={"list": ("list", sent.file, "application/octet-stream")},
            timeout=_TAKEN_S,
        )
    except Refused as refused:
        if refused.status not in (400, 409, 413, 422):
            raise
        return await _listed(request, who, sent, refused)
    return then(f"/campaigns/{part(taken['name'])}?told=taken-in")


@router.get("/campaigns/{name}")
async def show_campaign(
    request: Request,
    who: Known,
    name: str,
    *,
    state: Word = "",
    outcome: Word = "",
    skip: Skip = 0,
    trial: Word = "",
) -> Response:
    """One, with some of its people, and what would come of calls to those who wait where that is asked."""
    at = f"/campaigns/{part(name)}"
    asked = {"state": state, "outcome": outcome}
    found = await upstream(request).get(who.key, at, **asked, skip=skip, limit=_PAGE)
    wanted = {field: value for field, value in asked.items() if value}
    return page(
        request,
        "campaign",
        who,
        campaign=found,
        at=at,
        renew=f"{at}?{urlencode({**wanted, 'skip': skip})}",
        asked=asked,
        states=_STATES,
        newer=urlencode({**wanted, "skip": max(0, skip - _PAGE)}) if skip else "",
        older=urlencode({**wanted, "skip": found["skip"]}) if found["skip"] else "",
        tried=await _tried(request, who, at) if trial else None,
    )


@router.post("/campaigns/{name}/{verb}")
async def steer(request: Request, who: Known, fields: Sent, name: str, verb: Verb) -> Response:
    """Have it run, or call nobody more; once however often the form is sent."""
    at = f"/campaigns/{part(name)}"
    repeat = {"Idempotency-Key": fields["once"]} if fields.get("once") else {}
    await upstream(request).send(who.key, "POST", f"{at}/{verb}", headers=repeat)
    return then(f"{at}?told={'pause' if verb == 'pause' else 'start'}")


@router.get("/campaigns/{name}/results.csv")
async def download(request: Request, who: Known, name: str) -> Response:
    """What came of everybody, as it comes."""
    return await upstream(request).passed_on(who.key, f"/campaigns/{part(name)}/results", {}, _PASSED)


async def _tried(request: Request, who: Visitor, at: str) -> dict[str, Any]:
    try:
        return await upstream(request).send(who.key, "POST", f"{at}/dry-run")
    except Refused as refused:
        return {"refused": refused.detail, "rows": []}


async def _listed(
    request: Request, who: Visitor, sent: Upload | None = None, refused: Refused | None = None
) -> Response:
    api = upstream(request)
    found = (await api.get(who.key, "/campaigns"))["campaigns"]
    agents = (await api.get(who.key, "/agents"))["agents"]
    begun = _BEGUN.format(agent=agents[0]["name"] if agents else "")
    return page(
        request,
        "campaigns",
        who,
        status=refused.status if refused else 200,
        campaigns=found,
        name=_name(sent.fields) if sent else "",
        definition=sent.fields.get("definition", "") if sent else begun,
        errors=(refused.errors or [{"field": "", "reason": refused.detail}]) if refused else [],
    )


def _name(fields: dict[str, str]) -> str:
    return fields.get("name", "").strip()
