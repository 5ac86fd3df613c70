# What the edge tells Prometheus, and that documents, rules and panels ask for nothing else.
import re
import time
from pathlib import Path

from tests.stack.edge.peers import CELLS, Cell, Edge, until

ROOT = Path(__file__).parents[3]


def told(edge: Edge) -> dict[str, float]:
    """Each series with its value; labels without spaces."""
    lines = (line for line in edge.metrics().splitlines() if line and not line.startswith("#"))
    found = (re.match(r"(\w+) ?(\{.*?\})? (\S+)", line) for line in lines)
    return {one[1] + (one[2] or "").replace(", ", ","): float(one[3]) for one in found if one}


def cells_of(edge: Edge) -> list[float]:
    """How many take calls, do not answer, are drained."""
    now = told(edge)
    return [
        now[f'kamailio_cells{{state="{state}"}}'] for state in ("takes calls", "does not answer", "drained")
    ]


def test_cells_are_counted_by_whether_they_get_calls(edge: Edge, cells: list[Cell]) -> None:
    until(lambda: cells_of(edge) == [2, 0, 0])
    cells[0].alive = False
    until(lambda: cells_of(edge) == [1, 1, 0])
    edge.take_over(EDGE_DRAINED=CELLS[0])
    try:
        assert cells_of(edge) == [1, 0, 1]
    finally:
        edge.take_over(EDGE_DRAINED="")
    cells[0].alive = True
    until(lambda: cells_of(edge) == [2, 0, 0])


def test_calls_are_counted_by_cell_and_those_that_no_cell_took(edge: Edge, cells: list[Cell]) -> None:
    assert edge.call()[1].status == 200
    for cell in cells:
        cell.answer = ("503 Service Unavailable",)
    assert edge.call()[1].status == 503
    cells[0].answer = ("",)
    cells[1].answer = ("200 OK",)
    assert [edge.call()[1].status for _ in range(2)] == [200, 200]
    now = told(edge)
    given = [now[f'kamailio_calls_given_total{{cell="{where}"}}'] for where in CELLS]
    back = {
        (where, reason): now.get(f'kamailio_calls_returned_total{{cell="{where}",reason="{reason}"}}', 0)
        for where in CELLS
        for reason in ("refused", "no answer")
    }
    # The second call may be given to the silent cell, too: by its probes it is not known to be silent yet.
    assert back[CELLS[0], "no answer"] in (1, 2)
    assert {way: times for way, times in back.items() if way != (CELLS[0], "no answer")} == {
        (CELLS[0], "refused"): 1,
        (CELLS[1], "refused"): 1,
        (CELLS[1], "no answer"): 0,
    }
    assert sum(given) == 3 + sum(back.values())
    assert now["kamailio_calls_without_cell_total"] == 1


def test_who_is_refused_is_counted_by_why(edge: Edge, cells: list[Cell]) -> None:
    for user in ("1001", "4999"):
        with edge.phone("1001", "not-the-password") as phone:
            phone.user = user
            assert phone.register().status == 401
    now = told(edge)
    assert now['kamailio_requests_refused_total{reason="password"}'] == 1
    assert now['kamailio_requests_refused_total{reason="user"}'] == 1


def test_when_its_certificate_ends_is_told(edge: Edge) -> None:
    left_days = (told(edge)["kamailio_certificate_expires_timestamp_seconds"] - time.time()) / 86400
    assert 3640 < left_days <= 3651


def test_whatever_is_asked_of_the_edge_is_told(edge: Edge, cells: list[Cell]) -> None:
    files = [*ROOT.glob("grafana/dashboards/*.json"), *ROOT.glob("prometheus/rules/*.yml")]
    files += ROOT.glob("docs/*.md")
    asked = {name for file in files for name in re.findall(r"\bkamailio_\w*[a-z]\b", file.read_text())}
    for cell in cells:
        cell.answer = ("503 Service Unavailable",)
    edge.call()
    with edge.phone("1001", "not-the-password") as phone:
        phone.register()
    assert asked - {series.partition("{")[0] for series in told(edge)} == set()
    assert asked
