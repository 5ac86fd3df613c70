"""Calls of several cells, on the pages of one of them."""

from pathlib import Path

import pytest

from api.calls.cells import Cells
from records.central import live, tables
from records.central.live import LiveCall, State
from tests.api.calls.test_cells import NOWHERE, copied
from tests.api.conftest import NOON, spoken
from tests.api.console.conftest import Console
from tests.postgresql import Server

AUDIO = ('id="recording"', 'id="waveform"', "/turns/1")


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def berlin(console: Console, tmp_path: Path, url: str) -> Console:
    """One of three cells; where the console of munich is nobody knows."""
    console.site.app.state.cells = Cells(url, "berlin")
    sound = {"recording": {"file": "c1.wav"}}
    for number, (cell, address) in enumerate({"hamburg": "https://hamburg.example", "munich": ""}.items()):
        with copied(tmp_path / cell, url, cell, address) as store:
            spoken(store, "c1", f"Is this {cell}?", "Yes.", at=NOON + number, **sound)
    with copied(tmp_path / "records", url, "berlin") as store:
        spoken(store, "c1", "Is this berlin?", "Yes.", at=NOON - 1, **sound)
    console.enter()
    return console


def test_calls_of_all_cells_are_one_list_with_the_name_of_each(berlin: Console) -> None:
    page = berlin.page("/calls")
    assert page.count('href="/calls/c1"') == 1
    assert '<option value="all">' in page
    page = berlin.page("/calls?cell=all")
    places = [page.index(f'href="/calls/c1?cell={cell}"') for cell in ("munich", "hamburg", "berlin")]
    assert places == sorted(places)
    assert '<option value="all" selected>' in page
    assert "as they were last copied" in page
    assert "/calls/c1?cell=munich" not in berlin.page("/calls?cell=hamburg")


def test_a_call_of_another_cell_is_a_copy_with_a_way_to_its_own_console(berlin: Console) -> None:
    page = berlin.page("/calls/c1?cell=hamburg")
    assert "Is this hamburg?" in page
    assert 'href="https://hamburg.example/calls/c1"' in page
    assert [part for part in AUDIO if part in page] == []
    page = berlin.page("/calls/c1?cell=munich")
    assert "Is this munich?" in page
    assert "This is a copy" in page
    own = berlin.page("/calls/c1?cell=berlin")
    assert "Is this berlin?" in own
    assert [part for part in AUDIO if part in own] == list(AUDIO)
    assert "This is a copy" not in own


def test_calls_that_go_on_in_other_cells_are_shown_with_a_way_to_their_consoles(
    berlin: Console, url: str
) -> None:
    with tables.connected(url, "tests") as db:
        for cell, console in {"berlin": "", "hamburg": "https://hamburg.example", "munich": ""}.items():
            live.tell(db, cell, console, State([LiveCall("c7", "shop", f"1 {cell}", NOON)], 1))
        live.tell(
            db, "munich", "javascript:alert(1)", State([LiveCall("c8", "shop", "<b>x</b>")], 1, redis=False)
        )
    for path in ("/live", "/live/cells"):
        page = berlin.page(path)
        assert '<a href="https://hamburg.example/calls/c7" rel="noreferrer">1 hamburg</a>' in page
        assert "1 berlin" not in page
        assert "javascript:" not in page
        assert "<b>x</b>" not in page
        assert page.count("Redis is away") == page.count("(CONSOLE_URL)") == 1


def test_one_cell_alone_says_nothing_of_cells(console: Console) -> None:
    spoken(console.site.store, "c1", "When do you open?", "At nine.")
    console.enter()
    assert 'name="cell"' not in console.page("/calls")
    assert "other cells" not in console.page("/live")


def test_own_calls_are_shown_while_the_database_of_all_is_away(console: Console) -> None:
    console.site.app.state.cells = Cells(NOWHERE, "berlin")
    spoken(console.site.store, "c1", "When do you open?", "At nine.")
    console.enter()
    assert "/calls/c1" in console.page("/calls")
    assert "cannot be read now" in console.page("/calls?cell=all", 503)
    assert "What goes on in other cells is not known now." in console.page("/live")
