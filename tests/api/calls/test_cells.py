"""Calls of several cells, as a client of one of them finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from records.central import tables
from records.central.copying import Copier
from records.store import Store
from tests.api.calls.test_routes import ids
from tests.api.conftest import NOON, Site, built, happened, spoken
from tests.postgresql import Server

NOWHERE = "postgresql://parley@127.0.0.1:1/parley"


@contextmanager
def copied(folder: Path, url: str, cell: str, console: str = "") -> Iterator[Store]:
    """The records of a cell, which are copied when it is over."""
    store = Store(folder)
    store.outbox.switch(on=True)
    copier = Copier(store, cell, console, partial(tables.connected, url, cell))
    yield store
    copier.look()
    copier.close()
    store.close()


@pytest.fixture
def berlin(tmp_path: Path, postgresql: Server) -> Iterator[Site]:
    """A cell beside hamburg. Each has a call c1, and berlin one that goes on."""
    url = postgresql.database()
    with built(tmp_path / "berlin", database_url=url, cell="berlin") as site:
        with copied(tmp_path / "hamburg", url, "hamburg", "https://hamburg.example") as store:
            spoken(store, "c1", "Do you sell tea?", "Yes.", at=NOON + 10)
            spoken(store, "c2", "Do you sell coffee?", "No.", at=NOON + 20, caller="+4930123456")
        with copied(tmp_path / "berlin/records", url, "berlin") as store:
            spoken(store, "c1", "When do you open?", "At nine.", at=NOON)
            happened(store, "c3", ("call_started", {"caller": "1001", "extension": "100"}), at=NOON + 30)
        yield site


def test_calls_are_of_the_cell_that_is_asked_unless_others_are_asked_for(berlin: Site) -> None:
    with berlin.client("calls:read") as client:
        found = {
            cell: [
                (call["call"], call["cell"]) for call in client.get("/calls", params=asked).json()["calls"]
            ]
            for cell, asked in {
                "": {},
                "all": {"cell": "all"},
                "hamburg": {"cell": "hamburg"},
                "berlin": {"cell": "berlin"},
                "nowhere": {"cell": "nowhere"},
            }.items()
        }
    own = [("c3", "berlin"), ("c1", "berlin")]
    hamburg = [("c2", "hamburg"), ("c1", "hamburg")]
    assert found == {
        "": own,
        "all": [*hamburg, ("c1", "berlin")],
        "hamburg": hamburg,
        "berlin": own,
        "nowhere": [],
    }


def test_calls_of_all_cells_are_chosen_and_paged_as_those_of_one(berlin: Site) -> None:
    with berlin.client("calls:read") as client:
        asked = {"caller": "030 123456", "text": "COFFEE sell", "agent": "shop", "cell": "all"}
        assert ids(client.get("/calls", params=asked).json()) == ["c2"]
        assert ids(client.get("/calls", params={"cell": "all", "state": "live"}).json()) == []
        assert ids(client.get("/calls", params={"cell": "all", "text": "\0"}).json()) == []
        seen, after = [], ""
        for _ in range(3):
            page = client.get("/calls", params={"cell": "all", "limit": 1, "after": after}).json()
            seen += [(call["call"], call["cell"]) for call in page["calls"]]
            after = page["after"] or ""
    assert seen == [("c2", "hamburg"), ("c1", "hamburg"), ("c1", "berlin")]
    assert after == ""


def test_one_call_of_another_cell_is_shown_as_it_is_kept_there(berlin: Site) -> None:
    with berlin.client("calls:read") as client:
        whole = client.get("/calls/c1", params={"cell": "hamburg"}).json()
        own = client.get("/calls/c1").json()
        missing = client.get("/calls/c9", params={"cell": "hamburg"})
    assert (whole["cell"], whole["turns"][0]["text"]) == ("hamburg", "Do you sell tea?")
    assert (own["cell"], own["turns"][0]["text"]) == ("berlin", "When do you open?")
    assert whole.keys() == own.keys()
    assert missing.status_code == 404


def test_the_cells_are_told_with_their_consoles(berlin: Site) -> None:
    with berlin.client("calls:read") as client:
        cells = client.get("/cells").json()["cells"]
    assert [(cell["name"], cell["own"], cell["console"]) for cell in cells] == [
        ("berlin", True, None),
        ("hamburg", False, "https://hamburg.example"),
    ]


def test_a_console_s_address_is_one_of_the_web(tmp_path: Path, postgresql: Server) -> None:
    url = postgresql.database()
    with copied(tmp_path / "mallory", url, "mallory", "javascript:alert(1)//"):
        pass
    with (
        built(tmp_path / "berlin", database_url=url, cell="berlin") as site,
        site.client("calls:read") as client,
    ):
        assert [cell["console"] for cell in client.get("/cells").json()["cells"]] == [None]


def test_one_cell_alone_has_no_others(site: Site) -> None:
    spoken(site.store, "c1", "When do you open?", "At nine.")
    with site.client("calls:read") as client:
        assert client.get("/cells").json() == {"cells": []}
        refused = client.get("/calls", params={"cell": "all"})
        assert client.get("/calls").json()["calls"][0]["cell"] == ""
    assert refused.status_code == 409
    assert "DATABASE_URL" in refused.json()["detail"]


def test_own_calls_are_shown_while_the_database_of_all_is_away(tmp_path: Path) -> None:
    with built(tmp_path, database_url=NOWHERE, cell="berlin") as site:
        spoken(site.store, "c1", "When do you open?", "At nine.")
        with site.client("calls:read") as client:
            assert ids(client.get("/calls").json()) == ["c1"]
            for path in ("/cells", "/calls?cell=all", "/calls/c1?cell=hamburg"):
                answer = client.get(path)
                assert answer.status_code == 503
                assert "parley@" not in answer.text


def test_a_cell_s_name_is_one(site: Site) -> None:
    with site.client("calls:read") as client:
        assert client.get("/calls", params={"cell": "a b"}).status_code == 422
        assert client.get("/calls", params={"after": "1732287000.123456000_c1~a b"}).status_code == 422
