# Phones that register, and who reaches them.
import contextlib
import socket
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.stack.asterisk.sip import Phone, answer
from tests.stack.edge.peers import CELLS, EDGE, PASSWORDS, PHONE, Cell, Edge


def is_rung_by(phone: Phone, cell: Cell, edge: Edge) -> bool:
    """Whether a cell's call comes to a phone, which is busy."""
    cell.send("INVITE", f"sip:{phone.user}@{EDGE}:{edge.port}", edge.port)
    phone.refuse_a_call()
    return cell.final().status == 486


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("user", PASSWORDS)
def test_the_right_password_registers(one_edge: Edge, user: str, transport: str) -> None:
    with one_edge.phone(user, transport=transport) as phone:
        assert phone.register().status == 200
        assert phone.register(expires=0).status == 200


def test_an_unknown_user_is_refused_just_like_a_wrong_password(one_edge: Edge) -> None:
    for user in ("1001", "4999", "1001%00", "$au", "1001'--"):
        with one_edge.phone("1001", "not-the-password") as phone:
            phone.user = user
            assert phone.register().status == 401, user


@pytest.mark.parametrize(
    "name", ["1001' OR '1'='1", '1001"; DROP TABLE subscriber; --', "1001@x", "<sip:1001@x>"]
)
def test_a_name_that_is_none_does_nothing(one_edge: Edge, name: str) -> None:
    with one_edge.phone("1001") as phone:
        phone.user = name
        phone.socket.settimeout(0.5)
        # What cannot be read has nobody who could be answered.
        with contextlib.suppress(TimeoutError):
            assert phone.register().status == 400
    with one_edge.phone("1001") as phone:
        assert phone.register().status == 200
        assert phone.register(expires=0).status == 200


def test_nobody_has_another_ones_number(one_edge: Edge, cells: list[Cell]) -> None:
    with one_edge.phone("1001") as phone:
        challenged = phone.request("REGISTER", "", header=f"<sip:1002@{EDGE}>")
        assert challenged.status == 403
    with one_edge.phone("1001") as phone:
        # The login is 1001's, the From 1002's.
        phone.send("INVITE", f"sip:100@{EDGE}", "", ())
        asked = phone.final("INVITE")
        login = answer(
            asked.headers["www-authenticate"], "INVITE", f"sip:100@{EDGE}", "1001", PASSWORDS["1001"]
        )
        phone.user = "1002"
        phone.send("INVITE", f"sip:100@{EDGE}", "", (f"Authorization: {login}",))
        assert phone.final("INVITE").status == 403


def test_a_phone_that_has_registered_is_rung_from_any_cell(one_edge: Edge, cells: list[Cell]) -> None:
    with one_edge.phone() as phone:
        assert phone.register().status == 200
        assert all(is_rung_by(phone, cell, one_edge) for cell in cells)
        phone.register(expires=0)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_phone_is_reached_where_it_comes_from(one_edge: Edge, cells: list[Cell], transport: str) -> None:
    """Behind a router it knows an address that nobody else does."""
    with one_edge.phone(transport=transport) as phone:
        phone.host = "192.0.2.9"
        assert phone.register().status == 200
        assert is_rung_by(phone, cells[0], one_edge)
        phone.register(expires=0)


def test_an_edge_that_was_killed_knows_every_phone(one_edge: Edge, cells: list[Cell]) -> None:
    with one_edge.phone("1001") as one, one_edge.phone("1002") as other:
        assert one.register().status == other.register().status == 200
        assert other.register(expires=0).status == 200
        one_edge.kill()
        one_edge.start()
        assert is_rung_by(one, cells[1], one_edge)
        assert cells[0].ask("INVITE", f"sip:1002@{EDGE}", one_edge.port).status == 480
        one.register(expires=0)


def test_a_cell_is_told_whether_a_phone_is_there_and_a_stranger_is_not(
    one_edge: Edge, cells: list[Cell]
) -> None:
    def told(user: str) -> int:
        return cells[0].ask("OPTIONS", f"sip:{user}@{EDGE}", one_edge.port).status

    with one_edge.phone("1001") as phone, one_edge.phone("1002", password="") as stranger:
        assert [told("1001"), told("4999")] == [480, 480]
        phone.register()
        assert [told("1001"), told("4999")] == [200, 480]
        assert [stranger.request("OPTIONS", user).status for user in ("1001", "4999", "")] == [200] * 3
        phone.register(expires=0)


def heard(phone: Phone) -> str:
    """What comes to a phone within a moment, less what keeps its way through a router open."""
    everything = ""
    phone.socket.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        while True:
            everything += phone.receive().strip("\0")
    phone.socket.settimeout(phone.timeout)
    return everything


@pytest.mark.parametrize("called", ["1001", "100", "1001;alias=127.0.2.1~9~1", "1001%40127.0.1.1"])
def test_who_is_no_cell_reaches_nobody_without_a_login(
    one_edge: Edge, cells: list[Cell], called: str
) -> None:
    for cell in cells:
        cell.requests.clear()
    with one_edge.phone("1001") as phone, one_edge.phone("1002", password="") as stranger:
        phone.register()
        assert stranger.request("INVITE", called).status == 401
        assert stranger.request("MESSAGE", called).status == 401
        assert heard(phone) == ""
        phone.register(expires=0)
    assert [cell.requests for cell in cells] == [[], []]


@pytest.mark.parametrize("method", ["BYE", "INVITE", "OPTIONS", "NOTIFY", "ACK"])
def test_nobody_is_sent_anywhere_by_what_pretends_to_belong_to_a_call(one_edge: Edge, method: str) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere,
        one_edge.phone("1002", password="") as stranger,
    ):
        elsewhere.bind(("127.0.2.9", 0))
        elsewhere.settimeout(0.3)
        port, cell = elsewhere.getsockname()[1], CELLS[0].partition(":")[0]
        for uri, routes in (
            (f"sip:x@127.0.2.9:{port}", ""),
            (f"sip:x@{cell};alias=127.0.2.9~{port}~1", ""),
            (f"sip:x@{cell}", f", <sip:127.0.2.9:{port};lr>"),
            (f"sip:x@localhost:{port}", ""),
        ):
            route = f"Route: <sip:{EDGE}:{one_edge.port};lr>{routes}"
            stranger.send(method, uri, "", (route,), to=f"<{uri}>;tag=there")
            if method != "ACK":
                assert stranger.final(method).status == 403, uri
            with pytest.raises(TimeoutError):
                elsewhere.recv(100)


def test_other_requests_are_not_taken(one_edge: Edge, cells: list[Cell]) -> None:
    with one_edge.phone() as phone:
        assert phone.request("MESSAGE", "100", body="hello").status == 405
        assert phone.request("SUBSCRIBE", "1002").status == 405
    assert cells[0].ask("MESSAGE", f"sip:1001@{EDGE}", one_edge.port).status == 405
    assert cells[0].ask("REGISTER", f"sip:1001@{EDGE}", one_edge.port).status == 405


def test_neither_software_nor_version_is_named(one_edge: Edge) -> None:
    with one_edge.phone(password="") as phone:
        told = phone.register()
    assert "kamailio" not in "\n".join(told.headers.values()).lower()
    assert "server" not in told.headers


def test_metrics_are_on_a_port_of_their_own_where_no_call_is_taken(one_edge: Edge) -> None:
    assert "kamailio_registrar_accepted_regs" in one_edge.metrics()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://{EDGE}:{one_edge.port}/metrics", timeout=10)
    with (
        Phone(
            "1001", PASSWORDS["1001"], EDGE, one_edge.metrics_port, "tcp", timeout=0.5, address=PHONE
        ) as phone,
        pytest.raises((TimeoutError, ConnectionError)),
    ):
        phone.register()


def test_phones_from_elsewhere_are_refused_and_cells_are_not(own_folder: Path, cells: list[Cell]) -> None:
    with Edge(own_folder, SIP_ALLOW_NETS="10.0.0.0/8,127.0.2.7") as edge:
        with edge.phone() as phone:
            assert phone.register().status == 403
        with Phone("1001", PASSWORDS["1001"], EDGE, edge.port, address="127.0.2.7") as phone:
            assert phone.register().status == 200
            assert is_rung_by(phone, cells[0], edge)


def test_who_asks_without_end_is_ignored_and_others_are_not(own_folder: Path, cells: list[Cell]) -> None:
    with Edge(own_folder, EDGE_REQUESTS_PER_S="5") as edge:
        with edge.phone(password="") as phone:
            phone.socket.settimeout(1)
            with pytest.raises(TimeoutError):
                [phone.register() for _ in range(100)]
        asked = [cells[0].ask("OPTIONS", f"sip:1001@{EDGE}", edge.port).status for _ in range(50)]
        assert asked == [480] * 50


def test_passwords_lie_nowhere_in_clear(one_edge: Edge) -> None:
    kept = sqlite3.connect(f"file:{one_edge.folder}/etc/users.db?mode=ro", uri=True)
    assert sorted(user for (user,) in kept.execute("SELECT username FROM subscriber")) == sorted(PASSWORDS)
    files = b"".join(path.read_bytes() for path in (one_edge.folder / "etc").iterdir() if path.is_file())
    assert not [password for password in PASSWORDS.values() if password.encode() in files]


def test_users_are_taken_over_while_it_runs(
    own_folder: Path, cells: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Edge(own_folder) as edge:
        monkeypatch.setitem(PASSWORDS, "2001", "third-phone-password")
        monkeypatch.delitem(PASSWORDS, "1003")
        with edge.phone("2001") as new, edge.phone("1003", "it's;DROP\\\"$(x)%s") as gone:
            assert new.register().status == 401
            assert gone.register().status == 200
            edge.take_over()
            assert new.register().status == 200
            assert gone.register().status == 401
            assert CELLS[0] in edge.cells()
