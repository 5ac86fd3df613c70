"""`/agents/{agent}/knowledge`: the files that an agent answers from, and what its readers make of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.agents.asking import Asking
from api.agents.knowledge import Knowledge, KnowledgeFile
from api.agents.routes import AgentName
from api.problems import Problem
from parley.outside.inquiries import ReadFile

ANY = "application/octet-stream"
NAME = r"^[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]{0,99}$"
FileName = Annotated[
    str,
    Path(
        pattern=NAME,
        description="The file's name.",
        examples=["delivery.md"],
    ),
]
Language = Annotated[
    str,
    Query(
        pattern="^([a-z]{2})?$",
        description="The language of the folder; empty: the agent's main one.",
        examples=["en"],
    ),
]
Reader = Annotated[Key, Security(admitted, scopes=["agents:read"])]
Writer = Annotated[Key, Security(admitted, scopes=["agents:write"])]
CONTENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": {ANY: {"schema": {}}}, "description": "The file."}
}

router = APIRouter(prefix="/agents/{agent}/knowledge", tags=["agents"])


def knowledge(request: Request) -> Knowledge:
    """Where the files are."""
    return request.app.state.knowledge


Shelf = Annotated[Knowledge, Depends(knowledge)]


class File(BaseModel):
    """A file of knowledge."""

    name: str = Field(examples=["facts.md"])
    language: str = Field(examples=["en"])
    bytes: int = Field(examples=[1204])
    version: str = Field(examples=["9f86d081884c7d65"])
    """The first 16 figures of its SHA-256."""
    facts: int | None = Field(None, examples=[31])
    """How many facts the agent has read in it; null: it has not read it yet, or no agent worker answers."""
    complaint: str | None = Field(None, examples=[None])
    """Why there are none; null: there are, or it has not been read yet."""


class Files(BaseModel):
    """The files of an agent, the main language's first."""

    files: list[File]


class Fact(BaseModel):
    """Something that the agent knows from a file."""

    text: str = Field(examples=["On Saturday we are open from ten to five."])
    """As it can be spoken."""
    heading: str = Field(examples=["Opening hours"])
    """What stands above it in the file."""


class Read(File):
    """A file, with what the agent has read in it."""

    known: list[Fact]
    """The first 200 facts, of the file as it is now."""


class Deleted(BaseModel):
    """The file is gone."""

    result: str = "done"


@router.get("")
async def list_files(_key: Reader, request: Request, shelf: Shelf, agent: AgentName) -> Files:
    """The agent's files, with how many facts the agent has read in each, or what it has to complain of."""
    there = await run_in_threadpool(shelf.all, agent)
    asking: Asking = request.app.state.asking
    read = await asking.files(agent) if there else {}
    return Files(files=[_file(file, (read or {}).get(file.inside)) for file in there])


@router.get("/{file}", response_class=FileResponse, status_code=200)
def read_file(_key: Reader, shelf: Shelf, agent: AgentName, file: FileName, language: Language = "") -> Any:
    """One file, as it is."""
    return FileResponse(shelf.one(agent, file, language).path, media_type=ANY)


@router.get("/{file}/facts")
async def read_facts(
    _key: Reader, request: Request, shelf: Shelf, agent: AgentName, *, file: FileName, language: Language = ""
) -> Read:
    """The facts that the agent has read in a file; null as their number: it has not read it as it is now."""
    there = await run_in_threadpool(shelf.one, agent, file, language)
    asking: Asking = request.app.state.asking
    answer = await asking.facts(agent, there.inside)
    told = _file(there, answer.files.get(there.inside))
    known = [Fact(text=fact.text, heading=fact.heading) for fact in answer.facts] if told.facts else []
    return Read(**told.model_dump(), known=known)


@router.put("/{file}", openapi_extra=CONTENT)
async def put_file(
    key: Writer, request: Request, shelf: Shelf, agent: AgentName, file: FileName, *, language: Language = ""
) -> File:
    """Have a file be this; the agent reads it within seconds, and the list tells what it makes of it."""
    outcome = "failed"
    try:
        put = await shelf.put(agent, file, language, request.stream(), key.name)
        outcome = "done"
    except Problem as problem:
        outcome = problem.kind
        raise
    finally:
        await run_in_threadpool(_note, request, key, "knowledge.put", (agent, file, outcome))
    return _file(put, None)


@router.delete("/{file}")
def delete_file(
    key: Writer, request: Request, shelf: Shelf, agent: AgentName, file: FileName, *, language: Language = ""
) -> Deleted:
    """Remove a file; the agent forgets what stands in it within seconds."""
    shelf.delete(agent, file, language, key.name)
    _note(request, key, "knowledge.delete", (agent, file, "done"))
    return Deleted()


def _note(request: Request, key: Key, action: str, done: tuple[str, str, str]) -> None:
    agent, file, outcome = done
    audit: Audit = request.app.state.audit
    audit.note(key.name, action, f"{agent}/{file}", outcome)


def _file(file: KnowledgeFile, read: ReadFile | None) -> File:
    """`read`: what was made of that name last, perhaps of another content."""
    told = read if read is not None and read.version == file.version else None
    return File(
        name=file.name,
        language=file.language,
        bytes=file.bytes,
        version=file.version,
        facts=told.facts if told else None,
        complaint=(told.complaint or None) if told else None,
    )
