"""The page that finds out why a call from this browser does not work."""

from fastapi import APIRouter, Request, Response

from api.console.door import Known
from api.console.pages import page
from api.console.phone.line import Line
from api.console.phone.routes import SCOPE

router = APIRouter()


@router.get("/call/devices")
async def show_devices(request: Request, who: Known) -> Response:
    """What is looked at, and all that may be wrong with it, in words."""
    line: Line = request.app.state.line
    return page(request, "devices", who, there=line.there, may=who.may(SCOPE))
