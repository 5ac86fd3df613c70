"""`PUT /calls/{call}/turns/{turn}`: what a caller really said. The records' service keeps it: here it is only read."""

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Security
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.ids import CallId
from api.problems import Problem, unavailable
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.outside.over.corrections import Correction

KEPT_S = 5.0
"""How long it is waited for."""
Corrector = Annotated[Key, Security(admitted, scopes=["calls:correct"])]
Turn = Annotated[int, Path(ge=0, le=1_000_000, description="As the line has it (`turns`).", examples=[1])]

router = APIRouter(prefix="/calls", tags=["calls"])


class Words(BaseModel):
    """What was really said."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(
        max_length=2000, pattern=r"^[^\x00-\x1f]*$", examples=["What are your opening hours on Saturday?"]
    )
    """Empty: what was understood was right, and an earlier correction is withdrawn."""


class Done(BaseModel):
    """It is kept, with the call and for as long."""

    result: Literal["done"] = "done"


@router.put("/{call}/turns/{turn}")
async def correct(key: Corrector, request: Request, call: CallId, turn: Turn, body: Words) -> Done:
    """Tell what the caller really said in a turn. `make replay` holds what is understood against it."""
    told = Correction(id=secrets.token_hex(16), call=call, turn=turn, text=body.text.strip(), by=key.name)
    outcome = "failed"
    try:
        await _keep(request.app.state.bus, told)
        outcome = "done"
    except Problem as problem:
        outcome = problem.kind
        raise
    finally:
        audit: Audit = request.app.state.audit
        await run_in_threadpool(audit.note, key.name, "call.correct", call, outcome)
    return Done()


async def _keep(bus: Bus, told: Correction) -> None:
    """Have it kept; raise Problem where it was not."""
    try:
        answer = await bus.commands().corrections().ask(told, KEPT_S)
    except (BusError, MessageError) as error:
        raise unavailable("Redis cannot be reached now; whether it is kept is not known") from error
    if answer is None:
        raise Problem(504, "no-answer", "the records have not said in time whether it is kept")
    if answer.result == "gone":
        raise Problem(404, "no-such-turn", f"no turn {told.turn} of a call {told.call} is kept")
