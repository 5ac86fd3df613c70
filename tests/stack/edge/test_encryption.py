# Telephones by TLS, and the certificate that they see.
import contextlib
import shutil
import socket
import ssl
from pathlib import Path

from tests.stack.asterisk.sip import Phone
from tests.stack.asterisk.test_certificate import certificate
from tests.stack.edge.browser import trusting
from tests.stack.edge.peers import EDGE, Cell, Edge, hang_up, until, values


def shown(port: int, context: ssl.SSLContext | None = None) -> bytes:
    """The certificate that somebody sees who connects anew."""
    with (
        socket.create_connection((EDGE, port), timeout=10) as plain,
        (context or trusting()).wrap_socket(plain, server_hostname=EDGE) as line,
    ):
        found = line.getpeercert(binary_form=True)
    assert found is not None
    return found


def given(folder: Path, name: str) -> bytes:
    """Put a certificate where the edge finds it, in two moves as a renewal does, and return it."""
    certificate(folder / "renewed", name)
    (folder / "certificates").mkdir(exist_ok=True)
    for file in ("fullchain.pem", "privkey.pem"):
        shutil.move(folder / "renewed" / file, folder / "certificates" / file)
    return ssl.PEM_cert_to_DER_cert((folder / "certificates" / "fullchain.pem").read_text())


def is_rung(phone: Phone, cell: Cell, edge: Edge) -> bool:
    cell.send("INVITE", f"sip:{phone.user}@{EDGE}:{edge.port}", edge.port)
    phone.refuse_a_call()
    return cell.final().status == 486


def test_a_call_by_tls_goes_to_a_cell_and_is_ended_by_its_caller(edge: Edge, cells: list[Cell]) -> None:
    phone, response = edge.call(transport="tls")
    assert response.status == 200
    assert hang_up(phone, response).status == 200
    (cell,) = [cell for cell in cells if cell.of("INVITE")]
    assert len(cell.of("BYE")) == 1
    assert values(cell.of("INVITE")[0], "x-parley-edge") == []


def test_a_cell_ends_a_call_by_tls(edge: Edge, cells: list[Cell]) -> None:
    phone, response = edge.call(transport="tls")
    (cell,) = [cell for cell in cells if cell.of("INVITE")]
    asked = cell.of("INVITE")[0]
    dialog = f"From: {response.headers['to']}\r\nTo: {values(asked, 'from')[0]}\r\nCall-ID: {phone.call_id}"
    route = f"Route: {', '.join(values(asked, 'record-route'))}"
    cell.send("BYE", values(asked, "contact")[0].strip("<>"), edge.port, route, dialog=dialog)
    while not (message := phone.receive()).startswith("BYE "):
        pass
    phone.respond(message, "200 OK")
    assert cell.final().status == 200


def test_a_certificate_is_made_once_for_the_address_that_phones_know(
    own_folder: Path, cells: list[Cell]
) -> None:
    with Edge(own_folder, PUBLIC_IP=EDGE) as edge:
        trusted = ssl.create_default_context(cafile=str(own_folder / "data/tls/fullchain.pem"))
        made = shown(edge.tls, trusted)
        assert shown(edge.wss, trusted) == made
        edge.kill()
        edge.start()
        assert shown(edge.tls) == made
        assert edge.log().count("made a certificate for 127.0.0.1") == 1


def test_a_renewed_certificate_is_taken_over_and_no_phone_is_lost(
    own_folder: Path, cells: list[Cell]
) -> None:
    first = given(own_folder, "first.example")
    with Edge(own_folder) as edge:
        assert shown(edge.tls) == first
        with edge.phone(transport="tls") as phone:
            assert phone.register().status == 200
            second = given(own_folder, "second.example")
            until(lambda: shown(edge.tls) == shown(edge.wss) == second)
            assert is_rung(phone, cells[0], edge)


def test_one_that_cannot_be_used_is_said_and_the_old_one_stays(own_folder: Path, cells: list[Cell]) -> None:
    first = given(own_folder, "first.example")
    with Edge(own_folder) as edge:
        certificate(own_folder / "other", "other.example")
        shutil.move(own_folder / "other/privkey.pem", own_folder / "certificates/privkey.pem")
        until(lambda: "the certificate stays as it was" in edge.log())
        assert "privkey.pem is not the key of" in edge.log()
        assert shown(edge.tls) == first


def test_older_versions_of_tls_are_refused(one_edge: Edge) -> None:
    old = trusting()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    refused = False
    try:
        shown(one_edge.tls, old)
    except ssl.SSLError as error:
        refused = "version" in str(error).lower() or "alert" in str(error).lower()
    assert refused


def test_who_is_silent_by_tls_keeps_nobody_else_out(one_edge: Edge) -> None:
    """A handshake that never ends is waited for by nobody."""
    with contextlib.ExitStack() as silent:
        for _ in range(20):
            silent.enter_context(socket.create_connection((EDGE, one_edge.tls), timeout=10))
        with one_edge.phone(transport="tls") as phone:
            assert phone.register().status == 200
            assert phone.register(expires=0).status == 200
