"""`/cells`, and the calls of other cells, from the database of all of them (records/central). Blocking."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Depends, Request, Security
from pydantic import BaseModel, Field

from api.access.guard import admitted
from api.access.keys import Key
from api.problems import Problem, unavailable
from parley import log
from parley.outside.notes import iso
from records.central.cell import ALL
from records.central.live import Seen
from records.central.reading import Central, Known

_TIME: dict[str, Any] = {"format": "date-time"}
_AWAY = "the records of all cells cannot be read now"
_LEFT_ALONE_S = 10.0
"""A database that is away is not asked again for so long: pages would wait for it."""
_SILENT_S = 15.0
"""A cell that has said nothing for so long does not answer: it does so every two."""
_log = log.get("cells")


class Cells:
    """Which cell this is, and where the records of all are."""

    def __init__(self, database_url: str, own: str) -> None:
        """`database_url`: empty: there are no others."""
        self._url = database_url
        self._away_until = 0.0
        self.own = own

    def elsewhere(self, cell: str) -> bool:
        """Whether calls of a cell (empty: this one) are not read from this one's own records."""
        return cell not in ("", self.own)

    @contextmanager
    def opened(self) -> Iterator[Central]:
        """The records of all; raise Problem where they cannot be read."""
        if not self._url:
            raise Problem(
                409, "no-cells", "records of several cells are kept nowhere: DATABASE_URL is not set"
            )
        if time.monotonic() < self._away_until:
            raise unavailable(_AWAY)
        try:
            with Central.opened(self._url) as central:
                yield central
        except psycopg.Error as error:
            self._away_until = time.monotonic() + _LEFT_ALONE_S
            _log.warning("the records of all cells cannot be read", error=str(error).strip())
            raise unavailable(_AWAY) from error

    def going_on(self) -> list[Seen]:
        """What goes on in each cell; none where there is one alone."""
        if not self._url:
            return []
        with self.opened() as central:
            return central.going_on()

    def elsewhere_now(self, call: str) -> str:
        """Where a call goes on that does not here, in words; empty: nowhere that is known."""
        try:
            seen = [each for each in self.going_on() if each.cell != self.own]
        except Problem:
            return ""
        for each in seen:
            if any(known.call == call for known in each.state.calls):
                where = f", by its API or console {each.console}" if each.console else ""
                return f"call {call} goes on in cell {each.cell}, and is steered there{where}"
        return ""

    def all(self) -> list[Known]:
        """The cells; none where there is one alone."""
        if not self._url:
            return []
        with self.opened() as central:
            return central.cells()


def chosen(cell: str) -> str:
    """As the database has it: empty for all."""
    return "" if cell == ALL else cell


def cells(request: Request) -> Cells:
    """Which there are."""
    return request.app.state.cells


There = Annotated[Cells, Depends(cells)]
Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]

router = APIRouter(prefix="/cells", tags=["calls"])


class Cell(BaseModel):
    """One whose records are copied into the database of all."""

    name: str = Field(examples=["berlin"])
    own: bool
    """Whether it is the one that answers here."""
    console: str | None = Field(examples=["https://berlin.example"])
    """Where browsers find its console; null: that is not known."""
    copied_at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:27Z"])
    """When it was last copied: what has happened there since is not known here."""


class Every(BaseModel):
    """All cells, by their names."""

    cells: list[Cell]


class LiveCall(BaseModel):
    """A call or chat that goes on."""

    call: str = Field(examples=["1732287000.7"])
    cell: str = Field(examples=["hamburg"])
    agent: str = Field(examples=["techstore"])
    caller: str = Field(examples=["+4930123456"])
    """Empty: without a number."""
    channel: str = Field(examples=["voice"])
    """As that of a call."""
    started_at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:08Z"])


class LiveCell(BaseModel):
    """A cell, as it was some seconds ago."""

    name: str = Field(examples=["hamburg"])
    own: bool
    console: str | None = Field(examples=["https://hamburg.example"])
    """Where browsers find its console, and its calls are steered; null: that is not known."""
    seen_at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:27Z"])
    answers: bool
    """Whether it has said something in the last 15 s. If not, all else is as it was then."""
    redis: bool
    records: bool
    """Whether it knows its calls."""
    outage: bool | None
    """Whether all its calls go to people; null: not known."""
    count: int = Field(examples=[2])
    """How many calls and chats go on."""
    calls: list[LiveCall]
    """The newest 200."""


class Live(BaseModel):
    """What goes on in all cells."""

    cells: list[LiveCell]


@router.get("/live")
def list_live(_key: Reader, there: There) -> Live:
    """The calls that go on in all cells, and how each is; none where there is one cell alone."""
    return Live(cells=[_live(seen, there.own) for seen in there.going_on()])


def _live(seen: Seen, own: str) -> LiveCell:
    state = seen.state
    return LiveCell(
        name=seen.cell,
        own=seen.cell == own,
        console=_address(seen.console),
        seen_at=iso(seen.at, "seconds"),
        answers=seen.ago_s < _SILENT_S,
        redis=state.redis,
        records=state.records,
        outage=state.outage,
        count=state.count,
        calls=[
            LiveCall(
                call=each.call,
                cell=seen.cell,
                agent=each.agent,
                caller=each.caller,
                channel=each.channel,
                started_at=iso(each.started_at, "seconds"),
            )
            for each in state.calls
        ],
    )


def _address(console: str) -> str | None:
    """It is another cell's word, and becomes a link."""
    return console if console.startswith(("https://", "http://")) else None


@router.get("")
def list_cells(_key: Reader, there: There) -> Every:
    """Whose calls can be asked for as `cell`; none where no records are copied."""
    return Every(
        cells=[
            Cell(
                name=known.name,
                own=known.name == there.own,
                console=_address(known.console),
                copied_at=iso(known.seen_at.timestamp(), "seconds"),
            )
            for known in there.all()
        ]
    )
