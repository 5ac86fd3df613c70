"""`/cells/agents`, and publishing and taking over by hand. Blocking, but for the cell's own disk alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Security
from pydantic import BaseModel, Field

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.agents.desk import unusable
from api.agents.routes import AgentName, desk
from api.problems import Problem
from api.publishing import standing
from api.publishing.kept import Kind
from api.publishing.publisher import Publisher
from api.publishing.steps import Standing
from parley.outside.notes import iso

_TIME: dict[str, Any] = {"format": "date-time"}
Reader = Annotated[Key, Security(admitted, scopes=["agents:read"])]
Writer = Annotated[Key, Security(admitted, scopes=["agents:write"])]


def publisher(request: Request) -> Publisher:
    """Who keeps the cells in step."""
    return request.app.state.publisher


There = Annotated[Publisher, Depends(publisher)]

router = APIRouter(tags=["agents"])


class Release(BaseModel):
    """What was published of an agent."""

    number: int = Field(examples=[3])
    """Counts its releases in all cells, from 1."""
    at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12Z"])
    cell: str = Field(examples=["berlin"])
    """Where it was published."""
    who: str = Field(examples=["console.olga"])
    """The name of the key, there."""


class InCell(BaseModel):
    """How an agent stands in a cell, as that has said."""

    cell: str = Field(examples=["hamburg"])
    number: int = Field(examples=[2])
    """The release that it has, or had before it was changed by hand; 0: none."""
    state: str = Field(examples=["changed"])
    """As `state` of an agent."""
    detail: str = Field(examples=[""])
    """Why it is `refused`."""
    at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:27Z"])
    """When it was said."""


class Shared(BaseModel):
    """How an agent of this cell stands to what is published for all."""

    name: str = Field(examples=["techstore"])
    state: standing.State = Field(examples=["current"])
    """`own`: never published. `current`: the newest release. `waiting`, `taking`: it is being published or taken over.
    `changed`: its files are others than those published or taken over, and are left as they are. `removed`: its folder
    is gone here. `refused`: it cannot be published or taken over."""
    detail: str = Field(examples=[""])
    """Why it is `refused`."""
    published: Release | None
    """The newest release; null: there is none."""
    cells: list[InCell]
    """All cells that know it."""


class SharedAgents(BaseModel):
    """Agents of all cells."""

    on: bool
    """Whether there are other cells: DATABASE_URL is set."""
    away: bool
    """Whether their database cannot be read now: all is as it was seen last, and what is to be published waits."""
    agents: list[Shared]


@router.get("/cells/agents")
def list_shared(_key: Reader, at: There) -> SharedAgents:
    """How each agent of this cell, and each that is published, stands in all cells."""
    seen = sorted(at.standings.copy().values(), key=lambda each: each.agent)
    return SharedAgents(on=at.on, away=at.on and at.away, agents=[_shown(at, each) for each in seen])


@router.post("/agents/{agent}/publish")
def publish_agent(key: Writer, request: Request, at: There, agent: AgentName) -> Shared:
    """Have the agent's files as they are here be the newest release, for all cells, within seconds."""
    own = desk(request)
    if errors := own.wrong(agent, own.files.text(agent)):
        raise unusable(errors)
    return _wished(request, key, agent, "publish")


@router.post("/agents/{agent}/take")
def take_agent(key: Writer, request: Request, at: There, agent: AgentName) -> Shared:
    """Have the newest release take the place of whatever lies here; what was changed by hand is given up."""
    known = at.standings.get(agent)
    if known is None or known.newest is None:
        raise Problem(404, "not-published", f"no release of {agent} is known")
    return _wished(request, key, agent, "take")


def _wished(request: Request, key: Key, agent: str, kind: Kind) -> Shared:
    at, audit = publisher(request), request.app.state.audit
    assert isinstance(audit, Audit)
    if not at.on:
        raise Problem(409, "no-cells", "there are no other cells: DATABASE_URL is not set")
    shown = _shown(at, at.wish(agent, kind, key.name))
    audit.note(key.name, f"agent.{kind}-asked", agent)
    return shown


def _shown(at: Publisher, seen: Standing) -> Shared:
    newest = seen.newest
    return Shared(
        name=seen.agent,
        state=seen.state,
        detail=seen.detail,
        published=Release(
            number=newest.number, at=iso(newest.at, "seconds"), cell=newest.cell, who=newest.who
        )
        if newest
        else None,
        cells=[
            InCell(
                cell=told.cell,
                number=told.number,
                state=told.state,
                detail=told.detail,
                at=iso(told.at, "seconds"),
            )
            for told in at.told
            if told.agent == seen.agent
        ],
    )
