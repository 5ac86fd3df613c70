"""Files of knowledge: uploaded, what the agent has read in one, downloaded, removed."""

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.agents.knowledge_routes import ANY, NAME
from api.console.agents.routes import shown
from api.console.door import Known, Sent, Visitor
from api.console.forms.upload import File, Upload, upload
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part

_MOST = 20_000_000
"""Bytes of a form, as the API has it of one file."""
_FILES = 20
_TAKEN_S = 60.0
_BAD_NAME = "no / or \\ may stand in its name, no dot at the beginning, and no more than 100 characters"
_PASSED = ("content-type", "content-length")

Uploaded = Annotated[Upload, Depends(upload(_MOST, _FILES))]
Language = Annotated[str, Query(max_length=2)]

router = APIRouter(prefix="/agents/{agent}/knowledge")


@router.post("")
async def put_files(request: Request, who: Known, sent: Uploaded, agent: str) -> Response:
    """Have these files be among the agent's; what cannot be is told beside those that are."""
    language = sent.fields.get("language", "")
    refused = [_refusal("", "no file was chosen")] if not sent.files else []
    for file in sent.files:
        try:
            await _put(request, who, agent, language, file)
        except Refused as error:
            refused.append(_refusal(file.name, error.detail))
    if not refused:
        return then(f"/agents/{part(agent)}?told=uploaded#knowledge")
    found = await upstream(request).get(who.key, f"/agents/{part(agent)}")
    return await shown(request, who, found, found["yaml"], status=422, refused=refused)


@router.post("/remove")
async def remove_file(request: Request, who: Known, fields: Sent, agent: str) -> Response:
    """Have one be none of the agent's any more."""
    path = _path(agent, fields.get("file", ""))
    language = {"language": fields.get("language", "")}
    await upstream(request).send(who.key, "DELETE", path, params=language)
    return then(f"/agents/{part(agent)}?told=file-removed#knowledge")


@router.get("/{file}")
async def show_file(
    request: Request, who: Known, agent: str, file: str, *, language: Language = ""
) -> Response:
    """What the agent has read in one."""
    path = f"{_path(agent, file)}/facts"
    read: dict[str, Any] | None = None
    refused = ""
    try:
        read = await upstream(request).get(who.key, path, language=language)
    except Refused as error:
        if error.status not in (503, 504):
            raise
        refused = error.detail
    return page(
        request, "knowledge", who, agent=agent, file=file, folder=language, read=read, refused=refused
    )


@router.get("/{file}/download")
async def download(
    request: Request, who: Known, agent: str, file: str, *, language: Language = ""
) -> Response:
    """The file, as it comes; never shown as a page of ours."""
    path = _path(agent, file) + (f"?language={part(language)}" if language else "")
    answer = await upstream(request).passed_on(who.key, path, {}, _PASSED)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file, safe='')}"
    return answer


async def _put(request: Request, who: Visitor, agent: str, language: str, file: File) -> None:
    if not re.fullmatch(NAME, file.name):
        raise Refused(422, "bad-name", _BAD_NAME, [])
    await upstream(request).send(
        who.key,
        "PUT",
        _path(agent, file.name),
        params={"language": language},
        content=file.data,
        headers={"Content-Type": ANY},
        timeout=_TAKEN_S,
    )


def _path(agent: str, file: str) -> str:
    return f"/agents/{part(agent)}/knowledge/{part(file)}"


def _refusal(name: str, reason: str) -> dict[str, str]:
    return {"field": name, "reason": reason}
