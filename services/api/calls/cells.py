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
from records.central.reading import Central, Known

_TIME: dict[str, Any] = {"format": "date-time"}
_AWAY = "the records of all cells cannot be read now"
_LEFT_ALONE_S = 10.0
"""A database that is away is not asked again for so long: pages would wait for it."""
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


@router.get("")
def list_cells(_key: Reader, there: There) -> Every:
    """Whose calls can be asked for as `cell`; none where no records are copied."""
    return Every(
        cells=[
            Cell(
                name=known.name,
                own=known.name == there.own,
                # It is another cell's word, and becomes a link.
                console=known.console if known.console.startswith(("https://", "http://")) else None,
                copied_at=iso(known.seen_at.timestamp(), "seconds"),
            )
            for known in there.all()
        ]
    )
