"""`/agents`: their files. Blocking: each request has a thread of the framework's."""

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Path, Request, Response, Security

from api.access.guard import admitted
from api.access.keys import Key
from api.agents import views
from api.agents.desk import Desk
from api.agents.files import FILE, NAME
from api.agents.versions import Version, difference
from parley.agents import document
from parley.agents.load import load_agents
from parley.errors import AgentFileError

YAML = "application/yaml"
"""RFC 9512."""
AgentName = Annotated[str, Path(pattern=NAME, description="The agent's name.", examples=["techstore"])]
Number = Annotated[int, Path(ge=1, le=2**31, description="The version's number.", examples=[1])]
Text = Annotated[
    bytes, Body(media_type=YAML, description="An agent.yaml.", examples=["company: TechStore\n"])
]
Seen = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern=r'^("[0-9a-f]{16}"|\*|)$',
        description="The `ETag` of what is replaced; `*`: whatever it is. Not needed of an agent that is new.",
        examples=["*"],
    ),
]
Reader = Annotated[Key, Security(admitted, scopes=["agents:read"])]
Writer = Annotated[Key, Security(admitted, scopes=["agents:write"])]


def desk(request: Request) -> Desk:
    """Where agents are read and changed."""
    return request.app.state.desk


At = Annotated[Desk, Depends(desk)]

router = APIRouter(prefix="/agents", tags=["agents"])


@router.get("")
def list_agents(_key: Reader, at: At) -> views.Agents:
    """All agents."""
    names = at.files.names()
    good, _ = load_agents(at.files.root) if names else ({}, [])
    listed = []
    for name in names:
        file = good[name].file if name in good else None
        listed.append(
            views.Listed(
                name=name,
                version=document.version(at.files.text(name)),
                good=file is not None,
                company=file.company if file else "",
                extensions=list(file.extensions) if file else [],
                languages=list(file.all_languages) if file else [],
            )
        )
    return views.Agents(agents=listed)


@router.get("/{agent}")
def read_agent(_key: Reader, at: At, agent: AgentName, response: Response) -> views.Whole:
    """One agent's file, as text and as JSON, and what is wrong with it."""
    return _shown(at, agent, at.now(agent), response)


@router.put("/{agent}")
def put_agent(
    key: Writer, at: At, agent: AgentName, *, response: Response, text: Text, seen: Seen = ""
) -> views.Whole:
    """Have this stand in the agent's file, or make a new agent of it; what cannot be used changes nothing."""
    return _shown(at, agent, at.put(key, agent, text, seen), response)


@router.post("/{agent}/validate")
def validate_agent(_key: Reader, at: At, agent: AgentName, text: Text) -> views.Reviewed:
    """What would be wrong with the agent if this were its file; nothing is changed."""
    errors = at.wrong(agent, text)
    return views.Reviewed(good=not errors, errors=[views.wrong(error) for error in errors])


@router.get("/{agent}/versions")
def list_versions(_key: Reader, at: At, agent: AgentName) -> views.History:
    """Who changed the agent's file and when, newest first."""
    return views.History(versions=[views.listing(version) for version in at.before(agent)])


@router.get("/{agent}/versions/{number}")
def read_version(_key: Reader, at: At, agent: AgentName, number: Number) -> views.Older:
    """What stood in the agent's file, and what that changed."""
    version = at.one(agent, number)
    return views.older(version, difference(at.older(agent, version), version))


@router.post("/{agent}/versions/{number}/restore")
def restore_version(
    key: Writer, at: At, agent: AgentName, number: Number, *, response: Response, seen: Seen = ""
) -> views.Whole:
    """Have the agent's file be what it was; that is a new version."""
    text = at.one(agent, number).text.encode()
    return _shown(at, agent, at.put(key, agent, text, seen, action="agent.restore"), response)


def _shown(at: Desk, agent: str, version: Version, response: Response) -> views.Whole:
    response.headers["ETag"] = f'"{version.version}"'
    data = version.text.encode()
    try:
        raw = views.as_json(document.parse(FilePath(FILE), data).raw)
    except AgentFileError:
        raw = None
    return views.Whole(
        name=agent,
        version=version.version,
        number=version.number,
        errors=[views.wrong(error) for error in at.wrong(agent, data)],
        yaml=version.text,
        file=raw,
    )
