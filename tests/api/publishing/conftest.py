from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest

from api.publishing.publisher import Publisher
from records.central import tables
from tests.api.conftest import Site, built
from tests.postgresql import Server

YAML = {"Content-Type": "application/yaml"}


class Cell:
    """The API of a cell that has the agents of all."""

    def __init__(self, site: Site, url: str) -> None:
        self.site = site
        self.url = url
        self.agents = site.folder / "agents"
        self._clients: dict[str, httpx.Client] = {}

    @property
    def publisher(self) -> Publisher:
        return self.site.app.state.publisher

    def client(self, who: str = "crm") -> httpx.Client:
        """With a key of this name, good for everything."""
        if who not in self._clients:
            self._clients[who] = self.site.client(name=who)
        return self._clients[who]

    def look(self) -> None:
        self.publisher.look()

    def state(self, agent: str = "shop") -> str:
        """How an agent stands, after a look."""
        self.look()
        return self.publisher.standings[agent].state

    def save(self, text: str, agent: str = "shop", who: str = "crm") -> None:
        """Put an agent by the API, with a key of this name."""
        saved = self.client(who).put(f"/agents/{agent}", content=text, headers=YAML | self._seen(agent))
        assert saved.status_code == 200, saved.text

    def text(self, agent: str = "shop") -> str:
        return (self.agents / agent / "agent.yaml").read_text()

    def _seen(self, agent: str) -> dict[str, str]:
        return {"If-Match": "*"} if (self.agents / agent).exists() else {}


Made = Callable[[str], Cell]


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def cell(tmp_path: Path, url: str) -> Iterator[Made]:
    """Makes cells of one database, in which each copies its records."""
    with ExitStack() as stack:

        def make(name: str) -> Cell:
            site = stack.enter_context(built(tmp_path / name, database_url=url, cell=name))
            stack.callback(site.app.state.publisher.close)
            with tables.connected(url, "tests") as db:
                tables.prepare(db)
                db.execute("INSERT INTO parley.cells VALUES (%s, 'o', 0, '', now())", (name,))
            return Cell(site, url)

        yield make


def counted(url: str, statement: str) -> int:
    with psycopg.connect(url) as db:
        (count,) = db.execute(statement).fetchone() or (0,)  # type: ignore[call-overload]
    return int(count)
