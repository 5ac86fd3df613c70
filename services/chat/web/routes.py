"""What a page or a program asks of a chat: begin, write, read, end."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem, unavailable
from chat import measures
from chat.talk.board import Line
from chat.talk.house import Full, House
from chat.talk.keeper import Forgotten
from chat.talk.talk import Talk
from chat.web import calls
from chat.web.stream import EventStream, Streams
from chat.web.visitors import ChatId, Limits, new_token, no_such_chat, visited
from parley.agents import Agent
from parley.bus import BusError

MOST_CHARS = 2000
"""Of a message; who has more to tell sends several."""
_MOST_UNANSWERED = 5

AgentName = Annotated[str, Path(pattern="^[a-z0-9_-]{1,64}$", examples=["techstore"])]
After = Annotated[int, Query(ge=0, le=1_000_000_000, description="The last change that was seen.")]

router = APIRouter(tags=["chat"])


class Asked(BaseModel):
    """The root of what is sent: a field that there is not is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Beginning(Asked):
    """How a chat begins."""

    language: str = Field("", max_length=20, pattern="^[A-Za-z-]*$", examples=["de"])
    """One of the agent's languages, as a browser names it; any other: its main one."""


class Begun(BaseModel):
    """A chat, and what opens it."""

    chat: str = Field(examples=["chat-5f2b8c0e9d1a4b7c8e6f0a12"])
    token: str = Field(examples=["Zk1v…"])
    """Of the visitor's alone: with it the chat is read and written."""
    company: str = Field(examples=["TechStore"])
    language: str = Field(examples=["en"])


class Words(Asked):
    """A message."""

    text: str = Field(min_length=1, max_length=MOST_CHARS, examples=["When are you open on Saturday?"])


class Written(BaseModel):
    """A line of a chat."""

    id: int
    who: Literal["visitor", "agent", "person"]
    text: str
    at: float
    """Unix time in seconds."""
    whole: bool
    """False: more of it is to come."""

    @classmethod
    def of(cls, line: Line) -> "Written":
        """A line as it is told."""
        return cls(id=line.id, who=line.who, text=line.text, at=line.at, whole=line.whole)


class Choice(BaseModel):
    """What can be chosen: its key, written alone, chooses it."""

    key: str
    label: str


class News(BaseModel):
    """What is new in a chat."""

    change: int
    """To be asked for as `after` the next time."""
    phase: Literal["agent", "waiting", "person", "message", "ended"]
    typing: bool
    choices: list[Choice]
    calls: bool
    """Whether the visitor can have themselves called."""
    lines: list[Written]

    @classmethod
    def of(cls, talk: Talk, after: int) -> "News":
        """What there is since a change."""
        board = talk.kept.board
        return cls(
            change=board.changes,
            phase=talk.phase,
            typing=board.typing,
            choices=[Choice(key=key, label=label) for key, label in talk.choices],
            calls=calls.possible(talk),
            lines=[Written.of(line) for line in board.after(after)],
        )


@router.post("/agents/{agent}/chats", status_code=201)
async def begin(request: Request, agent: AgentName, body: Beginning) -> Begun:
    """Begin a chat with an agent; it greets."""
    known: Agent | None = request.app.state.agents.get(agent)
    if known is None or not known.file.chat.enabled:
        raise Problem(404, "no-such-agent", f"there is no agent {agent} that chats")
    limits: Limits = request.app.state.limits
    limits.start(request.client.host if request.client else "")
    house: House = request.app.state.house
    token, kept = new_token()
    try:
        talk = await house.begin("web", known, digest=kept, language=body.language.lower().partition("-")[0])
    except Full as error:
        measures.REFUSED.labels("full").inc()
        raise Problem(503, "busy", "all agents are busy", headers={"Retry-After": "60"}) from error
    except BusError as error:
        raise unavailable("Redis cannot be reached now") from error
    return Begun(chat=talk.id, token=token, company=known.file.company, language=talk.agent.file.language)


@router.post("/chats/{chat}/messages", status_code=202)
async def write(request: Request, chat: ChatId, body: Words) -> Written:
    """Write a message. It is kept when this is answered; the answer to it comes with what is read."""
    talk = visited(request, chat)
    limits: Limits = request.app.state.limits
    limits.message(chat)
    text = " ".join(body.text.split())
    if not text:
        raise Problem(422, "invalid-request", "body.text: has no words")
    if talk.phase == "ended":
        raise Problem(409, "over", "the chat is over; begin another one")
    if len(talk.kept.unanswered) >= _MOST_UNANSWERED:
        raise Problem(429, "too-many-requests", "wait for an answer", headers={"Retry-After": "5"})
    try:
        return Written.of(await talk.take(text))
    except Forgotten as error:
        raise no_such_chat() from error
    except BusError as error:
        raise unavailable("Redis cannot be reached now; the message was not taken") from error


@router.get("/chats/{chat}/messages")
async def read(request: Request, chat: ChatId, after: After = 0) -> News:
    """All that is new since a change; without one, all of the chat."""
    return News.of(visited(request, chat), after)


@router.get("/chats/{chat}/events", response_class=EventStream)
async def follow(request: Request, chat: ChatId, after: After = 0) -> EventStream:
    """The same as Server-Sent Events, as it happens: each event `news` has what is new, and its change as id."""
    talk = visited(request, chat)
    last = request.headers.get("last-event-id", "")
    streams: Streams = request.app.state.streams
    if streams.full(chat):
        raise Problem(503, "busy", "too many streams of this chat are open", headers={"Retry-After": "10"})
    after = int(last) if last.isdecimal() and len(last) < 12 else after

    def news(since: int) -> tuple[int, str, bool]:
        told = News.of(talk, since)
        return told.change, told.model_dump_json(), told.phase == "ended"

    return EventStream(streams.told(talk.id, talk.bell, news, after))


@router.post("/chats/{chat}/close", status_code=202)
async def close(request: Request, chat: ChatId) -> News:
    """End the chat."""
    talk = visited(request, chat)
    talk.end("visitor_left")
    return News.of(talk, 0)
