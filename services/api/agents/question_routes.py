"""What an agent was asked and did not surely know, and what it would answer to a question."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Security
from pydantic import BaseModel, ConfigDict, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.agents.asking import Asking
from api.agents.routes import AgentName, At
from api.calls.reading import records
from api.calls.routes import Kept
from parley.outside.inquiries import Trial
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
def list_questions(
    _key: Reader,
    at: At,
    kept: Kept,
    agent: AgentName,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at the most.")] = 100,
) -> OpenQuestions:
    """What callers asked and the agent did not surely know (`make questions`), the most frequent first."""
    at.files.folder(agent)
    with records(kept.records) as store:
        found = store.questions(Asked(agent=agent))[:limit]
    return OpenQuestions(
        questions=[
            OpenQuestion(question=q.question, count=q.count, last=q.last_at, register=q.register, said=q.said)  # type: ignore[arg-type]
            for q in found
        ]
    )


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
