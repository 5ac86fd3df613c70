"""`/telephones`: who of those with a telephone of their own is there, by the endpoints of Asterisk."""

import asyncio
import re
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.overview import Watcher
from api.prometheus import asked
from parley import log

_QUERY = '{__name__=~"asterisk_endpoints_(state|channels_count)",tech="PJSIP"}'
_ONLINE = 2.0
"""The metric's word for an endpoint that is registered, or answers."""
_WAIT_S = 1.0
"""A page that shows more than this waits for it."""
_NUMBER = re.compile(r"[0-9]{2,6}")
"""Of a user; other endpoints are the trunk, the canary and what the console passes on."""

router = APIRouter(tags=["operation"])
_log = log.get("telephones")


class Telephone(BaseModel):
    """A user of Asterisk's."""

    number: str = Field(examples=["1001"])
    state: Literal["free", "busy", "absent"]
    """`busy`: it has a call, or is being rung; `absent`: it is not registered."""


class Telephones(BaseModel):
    """All of them."""

    telephones: list[Telephone] | None
    """By number; null: it is not known now."""


@router.get("/telephones")
async def read_telephones(_key: Watcher, request: Request) -> Telephones:
    """Who can be given calls at a telephone now: as it was within the last ten seconds."""
    url = f"{request.app.state.prometheus}/query?{urlencode({'query': _QUERY})}"
    try:
        found = _read(await asyncio.to_thread(asked, url, _WAIT_S))
    except (OSError, ValueError, LookupError, TypeError) as error:
        _log.warning("Prometheus does not tell of telephones", error=str(error))
        found = []
    # A stack has three users at least.
    return Telephones(telephones=found or None)


def _read(told: Any) -> list[Telephone]:
    figures: dict[str, dict[str, float]] = {}
    for series in told["result"]:
        labels = series["metric"]
        if _NUMBER.fullmatch(labels["resource"]):
            figures.setdefault(labels["resource"], {})[labels["__name__"]] = float(series["value"][1])
    return [Telephone(number=number, state=_state(figures[number])) for number in sorted(figures)]


def _state(figures: dict[str, float]) -> Literal["free", "busy", "absent"]:
    # Who calls without having registered is there, too.
    if figures.get("asterisk_endpoints_channels_count", 0) > 0:
        return "busy"
    return "free" if figures.get("asterisk_endpoints_state") == _ONLINE else "absent"
