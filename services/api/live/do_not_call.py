"""`/do-not-call`: numbers that are never called, whoever asks for it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.problems import unavailable
from parley.bus import Bus, BusError
from parley.outside.notes import iso
from parley.telephone import numbers

_E164 = r"^\+[1-9][0-9]{5,14}$"
Manager = Annotated[Key, Security(admitted, scopes=["do-not-call:manage"])]
Telephone = Annotated[str, Path(pattern=_E164, description="In E.164.", examples=["+4930123456"])]

router = APIRouter(tags=["live"], prefix="/do-not-call")


class Unwanted(BaseModel):
    """A number that is never called."""

    number: str = Field(examples=["+4930123456"])
    since: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])


class Listed(BaseModel):
    """Some of them, the newest first."""

    numbers: list[Unwanted]


class Done(BaseModel):
    """It is so now, whatever it was before."""

    result: Literal["done"] = "done"


@router.get("")
async def list_unwanted(
    _key: Manager,
    request: Request,
    number: Annotated[
        str, Query(pattern=f"^$|{_E164}", description="Only this one, in E.164.", examples=["+4930123456"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.")] = 100,
    skip: Annotated[int, Query(ge=0, le=10_000_000, description="So many of the newest are left out.")] = 0,
) -> Listed:
    """Numbers that are never called, the newest first."""
    bus: Bus = request.app.state.bus
    try:
        ledger = bus.commands().ledger()
        if not number:
            return Listed(numbers=[_shown(*each) for each in await ledger.unwanted(skip, limit)])
        kept = numbers.normal(number, "")
        since = await ledger.unwanted_since(kept)
    except BusError as error:
        raise unavailable("Redis cannot be reached now") from error
    return Listed(numbers=[] if since is None else [_shown(kept, since)])


@router.put("/{telephone}")
async def add_unwanted(key: Manager, request: Request, telephone: Telephone) -> Done:
    """Have a number never called again."""
    return await _change(request, key, telephone, add=True)


@router.delete("/{telephone}")
async def remove_unwanted(key: Manager, request: Request, telephone: Telephone) -> Done:
    """Let a number be called again."""
    return await _change(request, key, telephone, add=False)


async def _change(request: Request, key: Key, telephone: str, *, add: bool) -> Done:
    bus: Bus = request.app.state.bus
    number, ledger = numbers.normal(telephone, ""), bus.commands().ledger()
    try:
        await (ledger.add(number) if add else ledger.remove(number))
    except BusError as error:
        raise unavailable("Redis cannot be reached now; nothing was changed") from error
    audit: Audit = request.app.state.audit
    # Without the number: whoever is forgotten may not be found here, either.
    await run_in_threadpool(audit.note, key.name, f"do_not_call.{'add' if add else 'remove'}", "")
    return Done()


def _shown(number: str, since: float) -> Unwanted:
    return Unwanted(number=number, since=iso(since))
