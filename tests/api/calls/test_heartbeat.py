"""What goes on in several cells, as a client of one of them sees it, over a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from api.calls.heartbeat import Heartbeat
from tests.api.conftest import NOWHERE, Site, built, happened, spoken
from tests.postgresql import Server

BERLIN, HAMBURG = "https://berlin.example", "https://hamburg.example"


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def cells(tmp_path: Path, url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Site]]:
    """Berlin, with one call that goes on, and hamburg with two; each has a call that is over."""
    monkeypatch.setattr(
        "records.central.live._LONGEST_S", float("inf")
    )  # the calls of tests are not of today
    with ExitStack() as stack:
        sites = []
        for name in ("berlin", "hamburg"):
            console = f"https://{name}.example"
            site = built(tmp_path / name, redis_url, database_url=url, cell=name, console=console)
            sites.append(stack.enter_context(site))
            stack.callback(heart(sites[-1]).close)
            spoken(sites[-1].store, "over", "When do you open?", "At nine.")
        began = ("call_started", {"caller": "1001", "extension": "100"})
        happened(sites[0].store, "c1", began)
        happened(sites[1].store, "c2", began)
        happened(sites[1].store, "c3", ("call_started", {"caller": "", "channel": "web"}))
        yield sites


def heart(site: Site) -> Heartbeat:
    return site.app.state.heartbeat


def live(site: Site) -> dict[str, dict[str, object]]:
    with site.client("calls:read", name=f"reader{next(_numbers)}") as client:
        return {cell["name"]: cell for cell in client.get("/cells/live").json()["cells"]}


_numbers = iter(range(1, 1000))


def calls(cell: dict[str, object]) -> list[tuple[str, str, str, str]]:
    found = cell["calls"]
    assert isinstance(found, list)
    return [(call["call"], call["cell"], call["caller"], call["channel"]) for call in found]


def test_calls_that_go_on_are_seen_from_any_cell(cells: list[Site]) -> None:
    heart(cells[0]).beat(False)
    heart(cells[1]).beat(True)
    for site in cells:
        seen = live(site)
        assert calls(seen["berlin"]) == [("c1", "berlin", "1001", "voice")]
        assert calls(seen["hamburg"]) == [("c3", "hamburg", "", "web"), ("c2", "hamburg", "1001", "voice")]
        assert (seen["berlin"]["outage"], seen["hamburg"]["outage"]) == (False, True)
        assert (seen["berlin"]["console"], seen["hamburg"]["console"]) == (BERLIN, HAMBURG)
        assert (seen["hamburg"]["count"], seen["hamburg"]["answers"]) == (2, True)
    assert (live(cells[0])["berlin"]["own"], live(cells[0])["hamburg"]["own"]) == (True, False)


def test_what_is_over_goes_with_the_next_beat(cells: list[Site]) -> None:
    heart(cells[1]).beat(False)
    happened(cells[1].store, "c2", ("call_ended", {"outcome": "caller_hung_up"}))
    heart(cells[1]).beat(False)
    assert [call for call, *_ in calls(live(cells[0])["hamburg"])] == ["c3"]


def test_a_cell_that_says_nothing_more_is_said_not_to_answer_and_goes(cells: list[Site], url: str) -> None:
    for site in cells:
        heart(site).beat(False)
    with psycopg.connect(url, autocommit=True) as db:
        older = "UPDATE parley.cell_states SET seen_at = now() - interval '%s' WHERE cell = 'hamburg'"
        db.execute(older.replace("%s", "20 seconds"))  # type: ignore[call-overload]
        seen = live(cells[0])
        assert (seen["berlin"]["answers"], seen["hamburg"]["answers"]) == (True, False)
        assert seen["hamburg"]["count"] == 2
        db.execute(older.replace("%s", "61 minutes"))  # type: ignore[call-overload]
    heart(cells[0]).beat(False)
    assert list(live(cells[0])) == ["berlin"]


def test_a_cell_whose_redis_or_records_are_away_says_so(cells: list[Site], tmp_path: Path) -> None:
    (tmp_path / "berlin/records").rename(tmp_path / "gone")
    heart(cells[0]).beat(None)
    seen = live(cells[1])["berlin"]
    assert (seen["records"], seen["redis"], seen["outage"], seen["calls"]) == (False, False, None, [])


def test_who_steers_a_call_of_another_cell_is_told_where(cells: list[Site]) -> None:
    heart(cells[1]).beat(False)
    with cells[0].client("calls:steer") as client:
        answer = client.post("/calls/c2/hangup")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:parley:problem:other-cell")
        assert "cell hamburg," in answer.json()["detail"]
        assert HAMBURG in answer.json()["detail"]
        assert client.post("/calls/c9/hangup").status_code == 404


def test_what_another_version_says_is_read_as_far_as_it_is_known(cells: list[Site], url: str) -> None:
    heart(cells[0]).beat(False)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            """UPDATE parley.cell_states SET state = '{"calls": [{"call": "c7", "mood": 1}], "new": 2}'"""
        )
    assert calls(live(cells[1])["berlin"]) == [("c7", "berlin", "", "voice")]


def test_one_cell_alone_says_nothing(site: Site) -> None:
    assert live(site) == {}


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    away = "postgresql://parley@127.0.0.1:1/parley"
    with (
        built(tmp_path, NOWHERE, database_url=away, cell="berlin") as site,
        site.client("calls:read") as client,
    ):
        assert client.get("/cells/live").status_code == 503
