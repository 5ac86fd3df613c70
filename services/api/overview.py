"""`/health` and `/audit`: how the API finds what it needs, and what was done with its keys."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api.access.audit import Audit, Entry
from api.access.guard import admitted
from api.access.keys import Key, Keys
from api.calls.reading import records
from api.calls.routes import Places
from api.problems import Problem
from parley.bus import Bus, BusError
from parley.outside.notes import iso

_PING_S = 2.0

Watcher = Annotated[Key, Security(admitted, scopes=["health:read"])]
Auditor = Annotated[Key, Security(admitted, scopes=["audit:read"])]

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """How the API finds what it needs."""

    status: Literal["well", "unwell"]
    records: bool
    """Whether the records of calls can be read."""
    redis: bool
    """Whether Redis answers."""
    outage: bool | None
    """Whether all calls go to people (`make outage`); null: Redis does not answer."""


class Done(BaseModel):
    """Something that was done."""

    id: int
    at: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    who: str = Field(examples=["crm"])
    """The name of the key; `operator`: somebody on the machine itself."""
    action: str = Field(examples=["recording.read"])
    subject: str = Field(examples=["1732287000.7"])
    outcome: str = Field(examples=["done"])


class Log(BaseModel):
    """Some of what was done, newest first."""

    entries: list[Done]


class KeptKey(BaseModel):
    """A key, as far as it is kept."""

    name: str = Field(examples=["crm"])
    scopes: list[str] = Field(examples=[["calls:read"]])
    made_at: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    used_at: str | None = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:00Z"])
    """To the minute; null: never."""
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"}, examples=[None])
    """Null: it is good."""


class KeptKeys(BaseModel):
    """All keys, in the order in which they were made."""

    keys: list[KeptKey]


@router.get("/health")
async def read_health(_key: Watcher, request: Request) -> Health:
    """Whether what the API shows is there."""
    outage = await _outage(request.app.state.bus)
    kept = await run_in_threadpool(readable, request.app.state.places)
    well = kept and outage is not None
    return Health(status="well" if well else "unwell", records=kept, redis=outage is not None, outage=outage)


async def _outage(bus: Bus) -> bool | None:
    try:
        async with asyncio.timeout(_PING_S):
            return await bus.outage()
    except (BusError, TimeoutError):
        return None


def readable(places: Places) -> bool:
    """Whether the records of calls can be read; blocks."""
    try:
        with records(places.records) as store:
            return store.count() >= 0
    except Problem:
        return False


@router.get("/audit")
def read_audit(
    _key: Auditor,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at the most.")] = 100,
    before: Annotated[
        int, Query(ge=1, le=2**53, description="Only what was done before the entry of this id.")
    ] = 2**53,
) -> Log:
    """What was changed or heard, by which key, newest first."""
    audit: Audit = request.app.state.audit
    return Log(entries=[_done(entry) for entry in audit.entries(limit, before)])


@router.get("/keys")
def list_keys(_key: Auditor, request: Request) -> KeptKeys:
    """Which keys there are (`make api-keys`); making and revoking them is left to who works on the machine."""
    keys: Keys = request.app.state.keys
    return KeptKeys(keys=[_kept(key) for key in keys.all()])


def _kept(key: Key) -> KeptKey:
    return KeptKey(
        name=key.name,
        scopes=list(key.scopes),
        made_at=iso(key.made_at, "seconds"),
        used_at=None if key.used_at is None else iso(key.used_at, "seconds"),
        revoked_at=None if key.revoked_at is None else iso(key.revoked_at, "seconds"),
    )


def _done(entry: Entry) -> Done:
    return Done(
        id=entry.id,
        at=iso(entry.at, "seconds"),
        who=entry.who,
        action=entry.action,
        subject=entry.subject,
        outcome=entry.outcome,
    )
