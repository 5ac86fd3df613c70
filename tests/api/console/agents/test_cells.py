"""Agents of all cells, on the pages of one of them, over a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from api.access.audit import Audit
from api.access.database import Database
from api.agents.desk import Desk
from api.agents.files import Files
from api.agents.versions import Versions
from api.publishing.kept import Kept
from api.publishing.publisher import Publisher
from records.central import tables
from tests.api.conftest import SHOP, agent
from tests.api.console.conftest import Console
from tests.postgresql import Server

HI = SHOP.replace("Hello!", "Hi!")


@contextmanager
def published(folder: Path, url: str, cell: str) -> Iterator[Publisher]:
    """Who keeps the agents of a cell in step, by what it has in a folder."""
    (folder / "agents").mkdir(parents=True, exist_ok=True)
    with closing(Database(folder / "api")) as database:
        desk = Desk(Files(folder / "agents"), Versions(database), Audit(database))
        publisher = Publisher(desk, Kept(database), cell, partial(tables.connected, url, "tests"))
        yield publisher
        publisher.close()


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def berlin(console: Console, tmp_path: Path, url: str) -> Iterator[Console]:
    """The console of a cell in which an agent was saved and published."""
    with tables.connected(url, "tests") as db:
        tables.prepare(db)
        db.execute(
            "INSERT INTO parley.cells VALUES ('berlin', 'o', 0, '', now()), ('hamburg', 'o', 0, '', now())"
        )
    agent(console.site, "shop")
    with published(tmp_path, url, "berlin") as publisher:
        console.site.app.state.publisher = publisher
        console.site.app.state.desk.files.changed = lambda name, who: publisher.wish(name, "publish", who)
        console.enter()
        seen = console.site.app.state.desk.now("shop").version
        assert console.send("/agents/shop", yaml=HI, seen=seen, do="save").status_code == 303
        publisher.look()
        yield console


def test_pages_say_who_published_what_and_how_it_stands_in_each_cell(
    berlin: Console, tmp_path: Path, url: str
) -> None:
    with published(tmp_path / "hamburg", url, "hamburg") as other:
        other.look()
        assert (tmp_path / "hamburg/agents/shop/agent.yaml").read_text() == HI
        (tmp_path / "hamburg/agents/shop/agent.yaml").write_text(SHOP)
        other.look()
    berlin.site.app.state.publisher.look()
    for path in ("/agents", "/agents/shop"):
        page = berlin.page(path)
        assert "In all cells" in page
        assert "console.anna (berlin)" in page
        assert "as published" in page
        assert "hamburg: 1 (changed by hand)" in page
        assert "Publish what lies here" not in page


def test_what_was_changed_by_hand_is_said_and_somebody_decides(berlin: Console) -> None:
    publisher: Publisher = berlin.site.app.state.publisher
    file = berlin.site.folder / "agents/shop/agent.yaml"
    file.write_text(SHOP)
    publisher.look()
    assert "They are left as they are until somebody decides." in berlin.page("/agents/shop")
    done = berlin.send("/agents/shop/cells", do="take")
    assert "taken over within seconds" in berlin.page(done.headers["location"])
    publisher.look()
    assert file.read_text() == HI
    file.write_text(SHOP)
    berlin.send("/agents/shop/cells", do="publish")
    publisher.look()
    assert publisher.standings["shop"].state == "current"
    assert "Release 2" in berlin.page("/agents/shop")
    assert [entry[1] for entry in berlin.done()][-3:] == [
        "agent.take-asked",
        "agent.take",
        "agent.publish-asked",
    ]


def test_who_may_only_read_is_offered_nothing(berlin: Console) -> None:
    (berlin.site.folder / "agents/shop/agent.yaml").write_text(SHOP)
    berlin.site.app.state.publisher.look()
    berlin.enter("rita", "viewer")
    page = berlin.page("/agents/shop")
    assert "changed by hand" in page
    assert "Publish what lies here" not in page
    assert berlin.send("/agents/shop/cells", do="publish").status_code == 403


def test_one_cell_alone_says_nothing_of_cells(console: Console) -> None:
    agent(console.site, "shop")
    console.enter()
    assert "In all cells" not in console.page("/agents") + console.page("/agents/shop")
