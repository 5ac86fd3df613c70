"""What the TURN server does for whom: it relays to Asterisk, for who has a password of the console's, and no more."""

import base64
import hashlib
import hmac
import os
import secrets
import socket
import time

import pytest

from api.console.phone.ice import Helpers
from tests.e2e.stack import addresses, containers
from tests.stack.turn.client import RELAYED, TCP, Client, address

pytestmark = pytest.mark.stack

PORT = int(os.environ.get("TURN_PORT") or 3478)
SIP_PORT = int(os.environ.get("SIP_PORT") or 5060)
SECRET = os.environ.get("TURN_SECRET", "")
UNAUTHORIZED, FORBIDDEN, OTHER_FAMILY, OTHER_TRANSPORT, OTHER_PEERS_FAMILY = 401, 403, 440, 442, 443
REFUSED = {FORBIDDEN, OTHER_PEERS_FAMILY}
ELSEWHERE = (
    "127.0.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "192.168.0.1",
    "8.8.8.8",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
)


def browser(over: str = "udp", secret: str = SECRET) -> Client:
    """Olga's, with what the console gives her."""
    (given,) = Helpers(f"turn:turn:{PORT}", secret).servers(f"olga-{secrets.token_hex(4)}")
    return Client((socket.gethostbyname("turn"), PORT), given["username"], given["credential"], over)


def options(host: str, port: int) -> bytes:
    """A question of SIP's, from an address."""
    lines = (
        f"OPTIONS sip:{host} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 10",
        f"From: <sip:relay@{host}>;tag=1",
        "To: <sip:asterisk>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()


@pytest.mark.parametrize("over", ["udp", "tcp"])
def test_who_has_a_password_of_the_consoles_reaches_asterisk(over: str) -> None:
    asterisk = socket.gethostbyname("asterisk")
    with browser(over) as olga:
        allocated = olga.allocate()
        assert allocated.error == 0
        relayed = address(allocated.attributes[RELAYED])
        assert olga.permit(asterisk).error == 0
        olga.send(asterisk, SIP_PORT, options(*relayed))
        source, answer = olga.received()
    assert source == (asterisk, SIP_PORT)
    assert answer.startswith(b"SIP/2.0 ")


def test_without_a_password_or_with_another_nothing_is_given_out() -> None:
    late = f"{int(time.time()) - 60}:olga"
    proof = base64.b64encode(hmac.digest(SECRET.encode(), late.encode(), hashlib.sha1)).decode()
    where = browser().server
    for one in (Client(where), browser(secret="another secret"), Client(where, late, proof)):
        with one:
            assert one.allocate().error == UNAUTHORIZED


@pytest.mark.parametrize("peer", ELSEWHERE)
def test_it_relays_to_nobody_else(peer: str) -> None:
    with browser() as olga:
        assert olga.allocate().error == 0
        assert olga.permit(peer).error in REFUSED


@pytest.mark.parametrize("service", ["gateway", "api", "records", "redis", "turn"])
def test_it_relays_to_nobody_inside_but_asterisk(service: str) -> None:
    where = [each for container in containers(service) for each in addresses(container)]
    assert where
    with browser() as olga:
        assert olga.allocate().error == 0
        assert {olga.permit(each).error for each in where} == {FORBIDDEN}


def test_nothing_goes_where_nothing_may() -> None:
    here = socket.gethostbyname(socket.gethostname())
    with browser() as olga, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mine:
        mine.bind((here, 0))
        mine.settimeout(1)
        olga.allocate()
        assert olga.permit(here).error == FORBIDDEN
        olga.send(here, mine.getsockname()[1], b"hello")
        # What came after it is answered: it would have been here by now.
        assert olga.permit(socket.gethostbyname("asterisk")).error == 0
        with pytest.raises(TimeoutError):
            mine.recv(100)


def test_it_relays_by_udp_and_version_4_alone() -> None:
    with browser() as olga:
        assert olga.allocate(transport=TCP).error == OTHER_TRANSPORT
    with browser() as olga:
        assert olga.allocate(family=2).error == OTHER_FAMILY
