"""How agents stand in all cells, and what is done where they are not the same."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.console.door import Known, Sent, Visitor
from api.console.live import upstream
from api.console.pages import then
from api.console.upstream import part

router = APIRouter()


async def shared(request: Request, who: Visitor, agent: str = "") -> dict[str, Any]:
    """What the API tells of agents that are published, or of one: none where there is one cell alone."""
    found = await upstream(request).get(who.key, "/cells/agents")
    agents = [
        each for each in found["agents"] if each["name"] == agent or (not agent and each["state"] != "own")
    ]
    return {"away": found["away"], "agents": agents if found["on"] else []}


@router.post("/agents/{agent}/cells")
async def decide(request: Request, who: Known, fields: Sent, agent: str) -> Response:
    """Have an agent be published as it is here, or the newest release take its place."""
    verb = "take" if fields.get("do") == "take" else "publish"
    await upstream(request).send(who.key, "POST", f"/agents/{part(agent)}/{verb}")
    return then(f"/agents?told=agent-{verb}")
