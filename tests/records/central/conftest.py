from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from records.central import tables
from records.central.copying import Copier
from records.store import Store
from tests.postgresql import Server


class Cell:
    """A cell that copies its records."""

    def __init__(self, folder: Path, url: str, name: str = "berlin") -> None:
        self.store, own = Store(folder), Store(folder)
        own.outbox.switch(on=True)
        self._own = own
        self.copier = Copier(own, name, f"https://{name}.example", partial(tables.connected, url, "tests"))

    def close(self) -> None:
        self.copier.close()
        self.store.close()
        self._own.close()


Made = Callable[..., Cell]


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def cell(tmp_path: Path, url: str) -> Iterator[Made]:
    """Makes cells, each with a database of its own unless a folder is named."""
    made: list[Cell] = []

    def make(name: str = "berlin", folder: str = "") -> Cell:
        made.append(Cell(tmp_path / (folder or name), url, name))
        return made[-1]

    yield make
    for each in made:
        each.close()
