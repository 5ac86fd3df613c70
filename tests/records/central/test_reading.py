"""What is found among the records of all cells, held against what each cell finds in its own."""

import pytest

from records.central.reading import Central
from records.insight.insight import Insight
from records.query import Query
from records.store import Store
from tests.records.central.conftest import Made
from tests.records.test_store import call, logged

QUERIES = [
    {},
    {"since": 150.0},
    {"until": 150.0},
    {"agent": "shop"},
    {"agent": "clinic"},
    {"caller": "030 123456"},
    {"caller": "anonymous"},
    {"caller": "1001"},
    {"caller": "1001\0"},
    {"but_caller": "1001"},
    {"outcome": "caller_hung_up"},
    {"outcome": "resolved"},
    {"outcome": "lost"},
    {"text": "SECRET of"},
    {"text": "secret c2"},
    {"text": "cafe"},
    {"text": "!"},
    {"text": "' OR true --"},
    {"tag": "LOOP"},
    {"tag": "TRANSFERRED"},
    {"category": "orders"},
    {"channel": "web"},
    {"channel": "voice"},
    {"channel": "written"},
    {"text": "secret", "caller": "1001", "since": 50.0},
]


def fill(store: Store) -> None:
    store.add(call(1, "c1", "+4930123456", at=100.0))
    store.add(call(4, "c2", "1001", at=200.0, channel="web"))
    store.add(call(7, "c3", "", at=300.0)[:2])
    store.add([logged(9, "caller_said", "c3", 300.0, text="A café?", turn=2)])
    store.end_silent(1000.0)
    told = Insight(outcome="resolved", tags=["LOOP"], score=90, parts={}, category="orders")
    store.analysed("c2", told)


@pytest.mark.parametrize("asked", QUERIES, ids=str)
def test_a_cell_and_the_database_of_all_find_the_same(cell: Made, url: str, asked: dict[str, str]) -> None:
    berlin, hamburg = cell(), cell("hamburg")
    fill(berlin.store)
    hamburg.store.add(call(1, "c1", "1002", at=400.0))
    for each in (berlin, hamburg):
        each.copier.look()
    query = Query(**asked)  # type: ignore[arg-type]
    expected = [record.call for record, _ in berlin.store.page(query, 50).records]
    with Central.opened(url) as central:
        found = [record.call for _, record in central.page(query, "berlin", 50).records]
        assert {cell for cell, _ in central.page(query, "", 50).records} <= {"berlin", "hamburg"}
    assert found == expected


def test_pages_follow_each_other_over_all_cells(cell: Made, url: str) -> None:
    for number, name in enumerate(("a", "b", "c")):
        each = cell(name)
        for n in range(3):
            # The same call of the same moment in two cells is two calls.
            each.store.add(call(3 * n + 1, f"c{n}", at=100.0 * n + (number == 2)))
        each.copier.look()
    seen, after = [], None
    with Central.opened(url) as central:
        while True:
            page = central.page(Query(), "", 2, after)
            seen += [(record.call, cell) for cell, record in page.records]
            after = page.after
            if after is None:
                break
    assert seen == [(f"c{n}", cell) for n in (2, 1, 0) for cell in ("c", "b", "a")]


def test_calls_that_go_on_are_in_their_cell_alone(cell: Made, url: str) -> None:
    berlin = cell()
    fill(berlin.store)
    berlin.copier.look()
    with Central.opened(url) as central:
        assert central.page(Query(over=False), "", 50).records == []
        assert len(central.page(Query(over=None), "", 50).records) == 3


def test_it_is_known_which_cells_have_calls_of_a_caller(cell: Made, url: str) -> None:
    berlin, hamburg = cell(), cell("hamburg")
    berlin.store.add([*call(1, "c1", "+4930123456"), *call(4, "c2", "")])
    hamburg.store.add(call(1, "c1", "030123456"))
    for each in (berlin, hamburg):
        each.copier.look()
    with Central.opened(url) as central:
        assert central.cells_of("+49 30 123456") == ["berlin", "hamburg"]
        assert central.cells_of("anonymous") == ["berlin"]
        assert central.cells_of("1001") == []
