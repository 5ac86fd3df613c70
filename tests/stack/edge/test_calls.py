# Which cell a call goes to; the cells are the tests themselves.
import time

import pytest

from tests.stack.asterisk.sip import answer
from tests.stack.edge.peers import CELLS, EDGE, PASSWORDS, Cell, Edge, hang_up, until, values

REFUSED = "503 Service Unavailable"


def counts(cells: list[Cell]) -> list[int]:
    return [len(cell.of("INVITE")) for cell in cells]


def first_has_fewer(edge: Edge, cells: list[Cell]) -> None:
    """Give the second cell a call that goes on: the next one is the first's."""
    for phone, response in [edge.call() for _ in range(2)]:
        if CELLS[0] in response.headers["contact"]:
            hang_up(phone, response)
    for cell in cells:
        cell.requests.clear()


def test_calls_go_to_the_cell_that_has_the_fewest(edge: Edge, cells: list[Cell]) -> None:
    calls = [edge.call() for _ in range(4)]
    assert [response.status for _, response in calls] == [200] * 4
    assert counts(cells) == [2, 2]
    for phone, response in calls:
        if CELLS[0] in response.headers["contact"]:
            assert hang_up(phone, response).status == 200
    assert [edge.call()[1].status for _ in range(2)] == [200, 200]
    assert counts(cells) == [4, 2]


def test_a_cell_knows_who_calls_and_nothing_that_a_phone_says_of_itself(
    edge: Edge, cells: list[Cell]
) -> None:
    forged = (
        "P-Asserted-Identity: <sip:1002@parley>",
        "Remote-Party-ID: <sip:1002@parley>",
        "X-Parley-Web: x",
        "X-Parley-Edge: web",
    )
    assert edge.call("1001", *forged, "X-Own: kept")[1].status == 200
    (asked,) = [asked for cell in cells for asked in cell.of("INVITE")]
    assert "sip:1001@" in values(asked, "from")[0]
    assert values(asked, "x-own") == ["kept"]
    for name in ("p-asserted-identity", "remote-party-id", "x-parley-web", "x-parley-edge", "authorization"):
        assert values(asked, name) == []


def test_a_cell_that_is_not_there_gets_no_calls_until_it_is_again(edge: Edge, cells: list[Cell]) -> None:
    cells[0].alive = False
    until(lambda: f"{CELLS[0]} does not answer" in edge.cells())
    assert [edge.call()[1].status for _ in range(3)] == [200] * 3
    assert counts(cells) == [0, 3]
    cells[0].alive = True
    until(lambda: f"{CELLS[0]} takes calls" in edge.cells())
    assert edge.call()[1].status == 200
    assert counts(cells) == [1, 3]


def test_a_call_that_is_not_answered_goes_to_the_next_cell(edge: Edge, cells: list[Cell]) -> None:
    first_has_fewer(edge, cells)
    cells[0].answer = ("",)
    assert edge.call()[1].status == 200
    assert counts(cells) == [1, 1]


def test_a_call_whose_cell_dies_of_trying_goes_to_the_next_one(edge: Edge, cells: list[Cell]) -> None:
    first_has_fewer(edge, cells)
    cells[0].answer = ("100 Trying",)
    phone = edge.phone()
    phone.socket.settimeout(60)
    assert phone.request("INVITE", "100", body=phone.sdp(40000, "ulaw")).status == 200
    assert counts(cells) == [1, 1]
    until(lambda: cells[0].of("CANCEL"))
    assert f"{CELLS[0]} takes calls" in edge.cells()


def test_who_is_refused_goes_to_the_next_cell_and_leaves_that_one_alone(
    edge: Edge, cells: list[Cell]
) -> None:
    first_has_fewer(edge, cells)
    cells[0].answer = (REFUSED, "Retry-After: 30")
    assert edge.call("1001")[1].status == 200
    assert counts(cells) == [1, 1]
    # It may have meant this caller alone.
    assert edge.call("1001")[1].status == 200
    assert counts(cells) == [1, 2]
    assert edge.call("1002")[1].status == 200
    assert counts(cells) == [2, 3]
    assert edge.call("1003")[1].status == 200
    assert counts(cells) == [2, 4]


def test_a_refusal_without_a_time_is_for_this_call(edge: Edge, cells: list[Cell]) -> None:
    first_has_fewer(edge, cells)
    cells[0].answer = (REFUSED,)
    assert [edge.call()[1].status for _ in range(2)] == [200, 200]
    assert counts(cells) == [2, 2]


def test_when_all_cells_refuse_the_caller_is_told_when_to_try_again(edge: Edge, cells: list[Cell]) -> None:
    for cell in cells:
        cell.answer = (REFUSED, "Retry-After: 3")
    for _ in range(2):
        refused = edge.call()[1]
        assert (refused.status, refused.headers["retry-after"]) == (503, "10")
    assert counts(cells) == [1, 1]
    for cell in cells:
        cell.answer = ("200 OK",)
    until(lambda: time.sleep(0.5) or edge.call()[1].status == 200)


def test_without_a_cell_the_caller_is_told_so(edge: Edge, cells: list[Cell]) -> None:
    for cell in cells:
        cell.alive = False
    until(lambda: edge.cells().count("does not answer") == 2)
    refused = edge.call()[1]
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("status", ["486 Busy Here", "404 Not Found", "603 Decline"])
def test_what_a_cell_says_otherwise_is_its_word(edge: Edge, cells: list[Cell], status: str) -> None:
    for cell in cells:
        cell.answer = (status,)
    assert edge.call()[1].status == int(status[:3])
    assert sum(counts(cells)) == 1
    assert edge.cells().count("calls given: 0") == 2


def test_a_call_that_is_taken_back_is_none_of_its_cells(edge: Edge, cells: list[Cell]) -> None:
    for cell in cells:
        cell.answer = ("180 Ringing",)
    phone = edge.phone()
    phone.send("INVITE", f"sip:100@{EDGE}", "", ())
    login = phone.final("INVITE").headers["www-authenticate"]
    phone.send(
        *("INVITE", f"sip:100@{EDGE}", ""),
        (f"Authorization: {answer(login, 'INVITE', f'sip:100@{EDGE}', '1001', PASSWORDS['1001'])}",),
    )
    until(lambda: sum(counts(cells)))
    assert edge.cells().count("calls given: 1") == 1
    phone.cancel()
    assert phone.final("INVITE").status == 487
    assert edge.cells().count("calls given: 0") == 2


def test_a_drained_cell_gets_no_new_calls_and_keeps_those_that_it_has(edge: Edge, cells: list[Cell]) -> None:
    calls = [edge.call() for _ in range(2)]
    edge.take_over(EDGE_DRAINED=CELLS[0])
    try:
        assert f"{CELLS[0]} drained" in edge.cells()
        assert [edge.call()[1].status for _ in range(3)] == [200] * 3
        assert counts(cells) == [1, 4]
        assert [hang_up(phone, response).status for phone, response in calls] == [200, 200]
        assert len(cells[0].of("BYE")) == 1
    finally:
        edge.take_over(EDGE_DRAINED="")
    until(lambda: f"{CELLS[0]} takes calls" in edge.cells())
    # From now on they are counted anew.
    assert [edge.call()[1].status for _ in range(2)] == [200, 200]
    assert counts(cells) == [2, 5]


def test_a_call_that_was_taken_outlives_the_edge(edge: Edge, cells: list[Cell]) -> None:
    calls = [edge.call() for _ in range(2)]
    edge.kill()
    edge.start()
    assert [hang_up(phone, response).status for phone, response in calls] == [200, 200]
    assert [len(cell.of("BYE")) for cell in cells] == [1, 1]


def test_a_cell_reaches_its_caller_when_the_edge_was_started_anew(edge: Edge, cells: list[Cell]) -> None:
    phone, response = edge.call()
    cell = next(cell for cell in cells if cell.where in response.headers["contact"])
    (asked,) = cell.of("INVITE")
    edge.kill()
    edge.start()
    dialog = f"From: {response.headers['to']}\r\nTo: {values(asked, 'from')[0]}\r\nCall-ID: {phone.call_id}"
    route = f"Route: {values(asked, 'record-route')[0]}"
    cell.send("BYE", values(asked, "contact")[0].strip("<>"), edge.port, route, dialog=dialog)
    while not (message := phone.receive()).startswith("BYE "):
        pass
    phone.respond(message, "200 OK")
    assert cell.final().status == 200
