"""A part of a call's page that its script asks for: the waveform, and each word with when it is heard."""

from fastapi import APIRouter, Request, Response

from api.console.door import Known
from api.console.live import upstream
from api.console.pages import page
from api.console.recordings.picture import picture
from api.console.upstream import Refused, part

router = APIRouter()


@router.get("/calls/{call}/waveform")
async def show_waveform(request: Request, who: Known, call: str) -> Response:
    """The waveform; where there is none to be had, why, which is no fault of the page."""
    try:
        found = await upstream(request).get(who.key, f"/calls/{part(call)}/recording/course")
    except Refused as refused:
        return page(request, "waveform", who, refused=refused.detail)
    return page(request, "waveform", who, refused="", picture=picture(found), lines=found["lines"])
