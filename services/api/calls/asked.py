"""What can be asked for in a query, and what is wrong with one."""

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator

from api.ids import FORM
from records.central import reading
from records.central.cell import NAME
from records.insight.tags import TAGS
from records.query import Place

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)
_PLACE = re.compile(rf"([0-9]{{1,12}}\.[0-9]{{9}})_({FORM})(?:~({NAME}))?")


def _moment(value: Any) -> Any:
    """Pydantic would take figures, too, as seconds or as milliseconds."""
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        raise ValueError("must be a date and time with its zone, as 2026-11-30T00:00:00Z (RFC 3339)")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
Since = Annotated[
    Moment, Query(description="Calls that began then or later.", examples=["2026-11-01T00:00:00Z"])
]
Until = Annotated[Moment, Query(description="Calls that began before.", examples=["2026-12-01T00:00:00Z"])]
Agent = Annotated[str, Query(max_length=100, description="Only this agent's.", examples=["techstore"])]
Caller = Annotated[
    str,
    Query(
        max_length=100,
        description="Only this caller's, however the number is written; `anonymous`: all without one.",
        examples=["+4930123456"],
    ),
]
Outcome = Annotated[
    str,
    Query(
        max_length=100,
        description="Only those that ended so (`outcome`), or of which that became (`insight.outcome`).",
        examples=["caller_hung_up"],
    ),
]
Tag = Annotated[
    str,
    Query(
        pattern=f"^({'|'.join(TAGS)})?$",
        description="Only those with this tag (`insight.tags`).",
        examples=["LOOP"],
    ),
]
Category = Annotated[
    str, Query(max_length=100, description="Only those about this (`insight.category`).", examples=["orders"])
]
Channel = Annotated[
    Literal["all", "voice", "web", "sip", "sms", "written"],
    Query(description="Only those that came so; `written`: web, sip and sms, which are chats."),
]
Text = Annotated[
    str,
    Query(
        max_length=500,
        description="Words that were all said in one line, the caller's or the agent's; capitals and accents do not"
        " matter.",
        examples=["opening hours"],
    ),
]
Cell = Annotated[
    str,
    Query(
        pattern=f"^({NAME})?$",
        description="Calls of this cell (`/cells`), or of `all`; empty: of the one that is asked. Of others, those that"
        " are over; `/cells/live` has what goes on.",
        examples=["berlin"],
    ),
]
OneCell = Annotated[
    str,
    Query(
        pattern=f"^({NAME})?$",
        description="The cell that had the call; empty: the one that is asked.",
        examples=["berlin"],
    ),
]
State = Annotated[
    Literal["all", "live", "over"], Query(description="Whether the call goes on (`live`), or is over.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at the most.")]
After = Annotated[
    str,
    Query(
        max_length=171,
        pattern=f"^([0-9]{{1,12}}\\.[0-9]{{9}}_{FORM}(~{NAME})?)?$",
        description="The `after` of the page before.",
        examples=["1732287000.123456000_1732287000.7"],
    ),
]


def over(state: str) -> bool | None:
    """Whether calls are asked for that are over; None: all are."""
    return None if state == "all" else state == "over"


def place(after: str) -> Place | None:
    """Where a page begins; None: at the newest call."""
    found = _PLACE.fullmatch(after)
    return (float(found[1]), found[2]) if found else None


def place_of_all(after: str) -> reading.Place | None:
    """The same among the calls of all cells."""
    found = _PLACE.fullmatch(after)
    return (float(found[1]), found[2], found[3] or "") if found else None


def after(place: Place | reading.Place | None) -> str | None:
    """The text of a place, to go on there; nanoseconds are more than a time of today has as a float."""
    if place is None or not (math.isfinite(place[0]) and 0 <= place[0] < 1e12):
        return None
    return f"{place[0]:.9f}_{'~'.join(place[1:])}"
