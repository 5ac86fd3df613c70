"""`/agents/{agent}/answers`: an answer to what an agent did not know, tried before it is published."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.agents import mending
from api.agents.files import FILE
from api.agents.mending import ANSWERS, Answer, Change, Mending, Verdict
from api.agents.routes import AgentName, Seen
from api.calls.reading import records
from api.calls.routes import Kept
from api.problems import Problem
from parley.outside.inquiries import Trial

Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]
Author = Annotated[Key, Security(admitted, scopes=["answers:write"])]
Way = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


def mends(request: Request) -> Mending:
    """What tries and publishes answers."""
    return request.app.state.mending


At = Annotated[Mending, Depends(mends)]

router = APIRouter(prefix="/agents/{agent}/answers", tags=["agents"])


class Written(BaseModel):
    """An answer, and what it is to be the answer to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    answer: str = Field(
        min_length=1, max_length=600, pattern=r"\S", examples=["We repair watches within a week."]
    )
    questions: list[Way] = Field(min_length=1, max_length=20, examples=[["Do you repair watches?"]])
    kind: Literal["exact", "fact"] = Field("exact", examples=["exact"])
    """`exact`: said word by word to these questions and those like them (`curated` of agent.yaml); `fact`: a line of
    the knowledge, in `answers.md`, that is found by its own words."""
    language: str = Field("", pattern="^([a-z]{2})?$", examples=["en"])
    """Empty: the agent's main one."""


class Said(BaseModel):
    """What the agent does with a question."""

    register_: str = Field(alias="register", examples=["say"])
    """How sure it is, as a trial question tells it."""
    line: str = Field(examples=["We repair watches within a week."])
    """Empty: that is the language model's to say."""
    action: str = Field(examples=["none"])
    target: str = Field(examples=[""])


class Line(BaseModel):
    """What becomes of a question."""

    question: str = Field(examples=["Do you repair watches?"])
    verdict: Verdict = Field(examples=["answered"])
    """`answered`, `unanswered`: one that it is to be the answer to; `same`, `changed`, `lost`: one that was known of
    late, or an exact answer's. It is lost when its answer was sure and would be another one."""
    before: Said
    after: Said


class TriedOut(BaseModel):
    """What an answer would change."""

    good: bool
    """Whether it may be published: no question is unanswered or lost."""
    version: str = Field(examples=["9f86d081884c7d65"])
    """Of the file that it would be added to: `If-Match` of what publishes it."""
    lines: list[Line]


class Published(BaseModel):
    """The answer stands there; the agent gives it within seconds."""

    file: str = Field(examples=["agent.yaml"])
    version: str = Field(examples=["9f86d081884c7d65"])
    """Of that file, now."""


@router.post("/try")
async def try_answer(_key: Reader, kept: Kept, at: At, agent: AgentName, body: Written) -> TriedOut:
    """What the agent would say to these questions with this answer, and whether others would change; nothing is."""
    answer = _answer(body)
    version = await run_in_threadpool(at.seen, agent, answer)
    changes = await at.tried(agent, answer, await run_in_threadpool(_known, kept, agent))
    return TriedOut(
        good=all(change.good for change in changes),
        version=version,
        lines=[_line(change) for change in changes],
    )


@router.post("")
async def publish_answer(
    key: Author, kept: Kept, at: At, agent: AgentName, *, body: Written, seen: Seen = ""
) -> Published:
    """Have the agent give this answer; what would leave a question unanswered, or lose another answer, is refused."""
    answer = _answer(body)
    for change in await at.tried(agent, answer, await run_in_threadpool(_known, kept, agent)):
        if not change.good:
            raise Problem(409, "not-good", f"{change.question!r} would be {change.verdict}: try the answer")
    version = await at.publish(key, agent, answer, seen)
    return Published(file=FILE if answer.exact else ANSWERS, version=version)


def _known(kept: Kept, agent: str) -> list[str]:
    with records(kept.records) as store:
        return mending.known_of(store, agent)


def _answer(body: Written) -> Answer:
    """In one line each: an answer is spoken, and a fact is a line of a file."""
    questions = dict.fromkeys(_spaced(question) for question in body.questions)
    return Answer(_spaced(body.answer), tuple(questions), body.kind == "exact", body.language)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _line(change: Change) -> Line:
    compared = change.compared
    return Line(
        question=change.question,
        verdict=change.verdict,
        before=_said(compared.before),
        after=_said(compared.after),
    )


def _said(trial: Trial) -> Said:
    return Said(register=trial.register, line=trial.line, action=trial.action, target=trial.target)
