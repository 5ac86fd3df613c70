"""How the two versions of an agent do that share its calls."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Security
from pydantic import BaseModel, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.agents import views
from api.agents.routes import AgentName, At
from api.calls.reading import records
from api.calls.routes import Kept
from parley.agents import load_agent
from parley.errors import AgentFileError
from parley.outside.notes import iso
from records.experiment import compare
from records.experiment.gather import experiments, gather
from records.experiment.intervals import Difference as Interval
from records.query import Query as Asked

_TIME: dict[str, Any] = {"format": "date-time"}
Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]

router = APIRouter(prefix="/agents/{agent}", tags=["agents"])


class Declared(BaseModel):
    """The experiment that stands in the agent's file."""

    name: str = Field(examples=["shorter"])
    share: int = Field(examples=[20])
    """Per cent of the callers who get the version `b`."""
    change: Any = Field(examples=[{"greeting": "TechStore, hello!"}])
    """What that has otherwise."""


class Difference(BaseModel):
    """What `b` has more than `a`, with its 95 % interval."""

    value: float = Field(examples=[0.08])
    low: float = Field(examples=[-0.02])
    high: float = Field(examples=[0.17])
    seen: bool
    """Whether there is one; false: 0 lies in the interval."""


class Row(BaseModel):
    """One measure of both versions."""

    name: str = Field(examples=["contained"])
    unit: compare.Unit
    """`share`: 0 to 1; `points`: 0 to 100."""
    a: float | None = Field(examples=[0.62])
    b: float | None = Field(examples=[0.7])
    count_a: int = Field(examples=[412])
    """How many it is made of."""
    count_b: int = Field(examples=[103])
    difference: Difference | None
    """Null: there are too few."""


class Comparison(BaseModel):
    """What the versions come to."""

    experiment: str = Field(examples=["shorter"])
    since: str = Field(json_schema_extra=_TIME, examples=["2026-11-03T08:00:12Z"])
    """When its first call began."""
    until: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12Z"])
    """When its last one did."""
    calls_a: int = Field(examples=[412])
    calls_b: int = Field(examples=[103])
    callers_a: int = Field(examples=[350])
    callers_b: int = Field(examples=[90])
    rows: list[Row]
    needed: int | None = Field(examples=[4200])
    """Calls that are still needed to see a difference of 5 points in those that are contained; null: one version has
    had no call."""


class Experiment(BaseModel):
    """An agent's experiments."""

    declared: Declared | None
    """Null: none stands in its file, or that is broken."""
    names: list[str] = Field(examples=[["shorter"]])
    """Those that calls which are kept were part of, the one with the newest call first."""
    comparison: Comparison | None
    """Null: no such call is over."""


@router.get("/experiment")
def read_experiment(
    _key: Reader,
    at: At,
    kept: Kept,
    agent: AgentName,
    name: Annotated[
        str,
        Query(
            pattern="^([a-z0-9][a-z0-9_-]{0,31})?$",
            description="Which experiment is compared; otherwise the one in the agent's file, or the newest.",
        ),
    ] = "",
) -> Experiment:
    """How the two versions of an agent do that share its calls (`make experiment`)."""
    declared = _declared(at, agent)
    with records(kept.records) as store:
        names = [found for _, found in experiments(store, Asked(agent=agent, over=None))]
        wanted = name or (declared.name if declared else "") or (names[0] if names else "")
        found = gather(store, agent, wanted) if wanted else None
    whole = found is not None and found.calls_a + found.calls_b > 0
    return Experiment(declared=declared, names=names, comparison=_shown(found) if found and whole else None)


def _declared(at: At, agent: str) -> Declared | None:
    try:
        experiment = load_agent(at.files.folder(agent)).file.experiment
    except AgentFileError:
        return None
    if experiment is None:
        return None
    return Declared(name=experiment.name, share=experiment.share, change=views.as_json(experiment.change))


def _shown(found: compare.Comparison) -> Comparison:
    return Comparison(
        experiment=found.experiment,
        since=iso(found.since, "seconds"),
        until=iso(found.until, "seconds"),
        calls_a=found.calls_a,
        calls_b=found.calls_b,
        callers_a=found.callers_a,
        callers_b=found.callers_b,
        rows=[_row(row) for row in found.rows],
        needed=found.needed,
    )


def _row(row: compare.Row) -> Row:
    told = row.difference
    return Row(
        name=row.name,
        unit=row.unit,
        a=row.a,
        b=row.b,
        count_a=row.count_a,
        count_b=row.count_b,
        difference=_difference(told) if told else None,
    )


def _difference(told: Interval) -> Difference:
    return Difference(value=told.value, low=told.low, high=told.high, seen=told.seen)
