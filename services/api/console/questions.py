"""What callers asked that an agent did not surely know, and the answers that people write to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.console.agents import Word, tried_out
from api.console.door import Known, Sent, Visitor
from api.console.live import upstream
from api.console.pages import page, then
from api.console.upstream import Refused, part

_MOST = 20
"""Questions that one answer is written to, as the API takes them."""
_TRIED_ANEW = ("other-version", "not-good")
"""Why an answer is refused that was good: the agent is another one by now. It may be good for that one, too."""

router = APIRouter()


@router.get("/questions")
async def list_questions(request: Request, who: Known, agent: Word = "", question: Word = "") -> Response:
    """Those of an agent, by what they mean, and what it would say to one of them now."""
    api = upstream(request)
    agents = (await api.get(who.key, "/agents"))["agents"]
    chosen = agent or (agents[0]["name"] if agents else "")
    path = f"/agents/{part(chosen)}/questions"
    found = (await api.get(who.key, path, grouped=True))["questions"] if chosen else []
    tried = await tried_out(request, who, chosen, question) if chosen else None
    return page(
        request,
        "questions",
        who,
        agents=agents,
        chosen=chosen,
        groups=grouped(found),
        question=question,
        tried=tried,
    )


@router.get("/questions/answer")
async def write_answer(
    request: Request, who: Known, agent: Word, question: Annotated[list[str], Query(max_length=_MOST)]
) -> Response:
    """Begin an answer to some of them."""
    return await _written(request, who, {"agent": agent, "questions": "\n".join(question)})


@router.post("/questions/answer")
async def try_answer(request: Request, who: Known, fields: Sent) -> Response:
    """Try an answer, or publish it; where it is refused, what was written stays in the page."""
    path = f"/agents/{part(fields.get('agent', ''))}/answers"
    refused = None
    try:
        if fields.get("do") == "publish":
            seen = {"If-Match": f'"{fields.get("seen", "")}"'}
            await upstream(request).send(who.key, "POST", path, json=_body(fields), headers=seen)
            return then(f"/questions?agent={part(fields['agent'])}&told=answered")
    except Refused as error:
        if error.kind not in _TRIED_ANEW:
            return await _written(request, who, fields, refused=error)
        refused = error
    try:
        tried = await upstream(request).send(who.key, "POST", f"{path}/try", json=_body(fields))
    except Refused as error:
        return await _written(request, who, fields, refused=refused or error)
    return await _written(request, who, fields, refused=refused, tried=tried)


def grouped(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions that mean the same together, those first that were asked most often in all."""
    groups: dict[int, list[dict[str, Any]]] = {}
    for question in questions:
        groups.setdefault(question["group"], []).append(question)
    together = [
        {
            "questions": group,
            "count": sum(question["count"] for question in group),
            "last": max(question["last"] for question in group),
            "ways": list(dict.fromkeys(question["question"] for question in group))[:_MOST],
            "answered": all(question["exact"] for question in group),
        }
        for group in groups.values()
    ]
    return sorted(together, key=lambda group: -group["count"])


def _body(fields: dict[str, str]) -> dict[str, Any]:
    lines = [line.strip() for line in fields.get("questions", "").splitlines()]
    return {
        "answer": fields.get("answer", ""),
        "questions": [line for line in lines if line],
        "kind": fields.get("kind", "exact"),
        "language": fields.get("language", ""),
    }


async def _written(
    request: Request,
    who: Visitor,
    fields: dict[str, str],
    *,
    refused: Refused | None = None,
    tried: dict[str, Any] | None = None,
) -> Response:
    agents = (await upstream(request).get(who.key, "/agents"))["agents"]
    name = fields.get("agent", "")
    agent = next((agent for agent in agents if agent["name"] == name), None)
    if agent is None:
        raise Refused(404, "no-such-agent", f"there is no agent {name}", [])
    status = refused.status if refused else 200
    return page(
        request, "answer", who, status=status, agent=agent, fields=fields, refused=refused, tried=tried
    )
