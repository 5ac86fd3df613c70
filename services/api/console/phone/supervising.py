"""Into a call that goes on, from the page on which it stands: the page asks for the way by its script, and dials it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.console.door import Known, Sent
from api.console.live import upstream
from api.console.upstream import Refused, part

SCOPE = "calls:supervise"
_METHODS = {"begin": "POST", "change": "PUT", "end": "DELETE"}

router = APIRouter()


@router.post("/calls/{call}/supervision/{step}")
async def supervise(
    request: Request,
    who: Known,
    fields: Sent,
    call: str,
    step: Annotated[Literal["begin", "change", "end"], Path(description="What is done.")],
) -> JSONResponse:
    """Do one step; the answer is the API's, or in `detail` why it was not done."""
    body = {} if step == "end" else {"json": {"mode": fields.get("mode", "")}}
    try:
        answer = await upstream(request).send(
            who.key, _METHODS[step], f"/calls/{part(call)}/supervision", **body
        )
    except Refused as error:
        return JSONResponse({"detail": error.detail}, error.status)
    return JSONResponse(answer)
