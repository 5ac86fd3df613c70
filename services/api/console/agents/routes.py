"""Agents: their files, what they would answer, their versions."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.console.agents.cells import shared
from api.console.agents.menus import graph
from api.console.door import Known, Sent, Visitor
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part
from parley import languages

_YAML = {"Content-Type": "application/yaml"}
Word = Annotated[str, Query(max_length=500)]

router = APIRouter()


@router.get("/agents")
async def list_agents(request: Request, who: Known) -> Response:
    """All of them."""
    listed = await upstream(request).get(who.key, "/agents")
    return page(request, "agents", who, **listed, shared=await shared(request, who))


@router.get("/agents/{agent}")
async def show_agent(request: Request, who: Known, agent: str, question: Word = "") -> Response:
    """One, with what it would answer to a question where one is asked."""
    found = await upstream(request).get(who.key, f"/agents/{part(agent)}")
    tried = await tried_out(request, who, agent, question)
    return await shown(request, who, found, found["yaml"], question=question, tried=tried)


@router.post("/agents/{agent}")
async def change_agent(request: Request, who: Known, fields: Sent, agent: str) -> Response:
    """Look at another file for it, or have it be that; what is wrong is shown beside what was sent."""
    api, path = upstream(request), f"/agents/{part(agent)}"
    # Browsers send the lines of a form with CR LF (HTML, section 4.10.21.4).
    text = fields.get("yaml", "").replace("\r\n", "\n")
    body = {"content": text.encode(), "headers": _YAML}
    if fields.get("do") == "save":
        try:
            await api.send(
                who.key, "PUT", path, content=body["content"], headers={**_YAML, "If-Match": _seen(fields)}
            )
            return then(f"{path}?told=saved")
        except Refused as refused:
            found = await api.get(who.key, path)
            errors = refused.errors or [{"field": "", "reason": refused.detail}]
            return await shown(request, who, found, text, status=refused.status, errors=errors, fields=fields)
    reviewed = await api.send(who.key, "POST", f"{path}/validate", **body)
    found = await api.get(who.key, path)
    return await shown(
        request, who, found, text, errors=reviewed["errors"], good=reviewed["good"], fields=fields
    )


@router.get("/agents/{agent}/versions/{number}")
async def show_version(request: Request, who: Known, agent: str, number: int) -> Response:
    """What a version changed."""
    api, path = upstream(request), f"/agents/{part(agent)}"
    version = await api.get(who.key, f"{path}/versions/{number}")
    now = await api.get(who.key, path)
    return page(request, "version", who, agent=now, version=version)


@router.post("/agents/{agent}/versions/{number}")
async def restore(request: Request, who: Known, fields: Sent, agent: str, number: int) -> Response:
    """Have the file be what it was then."""
    path = f"/agents/{part(agent)}"
    await upstream(request).send(
        who.key, "POST", f"{path}/versions/{number}/restore", headers={"If-Match": _seen(fields)}
    )
    return then(f"{path}?told=restored")


async def tried_out(request: Request, who: Visitor, agent: str, question: str) -> dict[str, Any] | None:
    """What an agent would answer, or why that is not known now; None: nothing is asked."""
    if not question.strip():
        return None
    try:
        return await upstream(request).send(
            who.key, "POST", f"/agents/{part(agent)}/ask", json={"question": question}
        )
    except Refused as refused:
        return {"refused": refused.detail}


async def _files(request: Request, who: Visitor, path: str) -> list[dict[str, Any]] | None:
    """The agent's files of knowledge; None where its own file is broken: that says which languages it has."""
    try:
        return list((await upstream(request).get(who.key, f"{path}/knowledge"))["files"])
    except Refused as refused:
        if refused.kind != "broken":
            raise
        return None


async def _experiment(request: Request, who: Visitor, path: str) -> dict[str, Any] | None:
    """How the two versions do that share the agent's calls; None: there is no such call, or that cannot be read."""
    try:
        found = await upstream(request).get(who.key, f"{path}/experiment")
    except Refused:
        return None
    compared: dict[str, Any] | None = found["comparison"]
    return compared


def _languages(file: Any) -> list[str]:
    """The agent's languages, the main one first."""
    if not isinstance(file, dict):
        return []
    return [str(file.get("language", languages.DEFAULT)), *map(str, file.get("languages") or {})]


async def shown(
    request: Request,
    who: Visitor,
    found: dict[str, Any],
    text: str,
    *,
    status: int = 200,
    errors: list[dict[str, Any]] | None = None,
    good: bool = False,
    fields: dict[str, str] | None = None,
    question: str = "",
    tried: dict[str, Any] | None = None,
    refused: list[dict[str, str]] | None = None,
) -> Response:
    """The page of an agent; `refused`: files of knowledge that were sent and not taken, with why."""
    path = f"/agents/{part(found['name'])}"
    versions = await upstream(request).get(who.key, f"{path}/versions")
    return page(
        request,
        "agent",
        who,
        status=status,
        agent=found,
        text=text,
        # Who goes on with what was sent still means the version that was seen.
        seen=fields.get("seen", "") if fields else found["version"],
        errors=found["errors"] if errors is None else errors,
        good=good,
        versions=versions["versions"],
        files=await _files(request, who, path),
        languages=_languages(found["file"]),
        menus=None if found["errors"] or not isinstance(found["file"], dict) else graph(found["file"]),
        refused=refused or [],
        experiment=await _experiment(request, who, path),
        shared=await shared(request, who, found["name"]),
        question=question,
        tried=tried,
    )


def _seen(fields: dict[str, str]) -> str:
    return f'"{fields.get("seen", "")}"'
