"""What an agent was asked and did not surely know, and what it would answer to a question."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.agents.asking import Asking
from api.agents.mending import plain
from api.agents.routes import AgentName, At
from api.calls.reading import records
from api.calls.routes import Kept
from parley.agents import load_agent
from parley.errors import AgentFileError
from parley.outside.inquiries import Trial
from records.query import OpenQuestion as Found
from records.query import Query as Asked

Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]
Trier = Annotated[Key, Security(admitted, scopes=["agents:read"])]

router = APIRouter(prefix="/agents/{agent}", tags=["agents"])


class OpenQuestion(BaseModel):
    """Something that callers asked, and what was said."""

    question: str = Field(examples=["Do you repair watches?"])
    count: int = Field(examples=[3])
    last: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12.250Z"])
    register_: Literal["likely", "unsure", "unknown", "refused"] = Field(
        alias="register", examples=["unknown"]
    )
    """How sure it was; `refused`: what the language model wanted to say rested on nothing known."""
    said: str = Field(examples=["I am not sure about that. Shall I connect you with a colleague?"])
    call: str = Field(examples=["1732287000.7"])
    """In which it was asked the last time."""
    exact: bool
    """Whether there is an exact answer to these words by now."""
    group: int = Field(examples=[0])
    """The place in this list of the first question that means the same: its own, where that is the first, where that
    was not asked for, and where no agent worker has said so in time."""


class OpenQuestions(BaseModel):
    """The most frequent first."""

    questions: list[OpenQuestion]


class Question(BaseModel):
    """What a caller might ask."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str = Field(min_length=1, max_length=500, pattern=r"\S", examples=["Are you open on Saturday?"])
    language: str = Field("", pattern="^([a-z]{2})?$", examples=["en"])
    """Empty: the agent's main one."""


class Fact(BaseModel):
    """Something that was found."""

    text: str = Field(examples=["On Saturday we are open from 10 a.m. to 5 p.m."])
    source: str = Field(examples=["facts.md"])
    """The file that it stands in; `curated`: an exact answer; `tool`: something that a tool can do."""
    chance: float = Field(examples=[0.93])
    """How likely it answers the question."""
    words: float = Field(examples=[0.81])
    """How much of the question's words it has."""
    meaning: float = Field(examples=[0.77])
    """How near it is in meaning."""


class Tried(BaseModel):
    """What the agent would do."""

    register_: str = Field(alias="register", examples=["say"])
    """`say`, `likely`, `unsure`: a fact is said, and how surely; `between`: it asks back; `unknown`; `ground`, `chat`:
    the language model answers, from what was found or from nothing; `person`: the call is given to people; `offer`: it
    asks whether it is to be."""
    line: str = Field(examples=["On Saturday we are open from 10 a.m. to 5 p.m."])
    """What it would say; empty: that is the language model's to say."""
    action: str = Field(examples=["none"])
    """What it does then: `none`, `hangup`, `transfer`."""
    target: str = Field(examples=[""])
    known: float = Field(examples=[0.96])
    """How likely the knowledge has an answer."""
    evidence: list[Fact]
    """What was found, the likeliest first."""


@router.get("/questions")
async def list_questions(
    _key: Reader,
    request: Request,
    at: At,
    kept: Kept,
    *,
    agent: AgentName,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at the most.")] = 100,
    grouped: Annotated[bool, Query(description="Ask an agent worker which of them mean the same.")] = False,
) -> OpenQuestions:
    """What callers asked and the agent did not surely know (`make questions`), the most frequent first."""
    found, exact = await run_in_threadpool(_open, at, kept, agent, limit)
    asking: Asking = request.app.state.asking
    groups = await asking.groups(agent, [q.question for q in found]) if grouped else range(len(found))
    return OpenQuestions(
        questions=[
            OpenQuestion(
                question=q.question,
                count=q.count,
                last=q.last_at,
                register=q.register,  # type: ignore[arg-type]
                said=q.said,
                call=q.call,
                exact=plain(q.question) in exact,
                group=group,
            )
            for q, group in zip(found, groups, strict=True)
        ]
    )


def _open(at: At, kept: Kept, agent: str, limit: int) -> tuple[list[Found], set[str]]:
    """The questions, and the ways to ask for exact answers, which a broken file has none of."""
    folder = at.files.folder(agent)
    with records(kept.records) as store:
        found = store.questions(Asked(agent=agent))[:limit]
    try:
        file = load_agent(folder).file
    except AgentFileError:
        return found, set()
    curated = [*file.curated, *(answer for texts in file.languages.values() for answer in texts.curated)]
    return found, {plain(ask) for answer in curated for ask in answer.ask}


@router.post("/ask")
async def ask(_key: Trier, request: Request, at: At, agent: AgentName, body: Question) -> Tried:
    """What the agent would answer to a question, by which fact and how surely (`make kb`). Callers come first."""
    at.files.folder(agent)
    asking: Asking = request.app.state.asking
    return _tried(await asking.trial(agent, body.question, body.language))


def _tried(trial: Trial) -> Tried:
    return Tried(
        register=trial.register,
        line=trial.line,
        action=trial.action,
        target=trial.target,
        known=trial.known,
        evidence=[
            Fact(text=e.text, source=e.source, chance=e.chance, words=e.words, meaning=e.meaning)
            for e in trial.evidence
        ],
    )
