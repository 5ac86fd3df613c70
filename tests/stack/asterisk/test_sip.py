# What a phone sees of the running Asterisk, on the wire.
import os
import re
import secrets
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.e2e.stack import containers, gateway_metrics
from tests.stack.asterisk.sip import Phone

pytestmark = pytest.mark.stack

SERVER = os.environ.get("SIP_SERVER", "asterisk")
PORT = int(os.environ.get("SIP_PORT") or 5060)
TLS_PORT = int(os.environ.get("SIP_TLS_PORT") or 5061)
FRAME = 160  # bytes, and RTP timestamp units, of 20 ms of G.711


def phone(user: str = "1002", password: str | None = None, transport: str = "udp") -> Phone:
    secret = os.environ[f"SIP_PASSWORD_{user}"] if password is None else password
    return Phone(user, secret, SERVER, TLS_PORT if transport == "tls" else PORT, transport)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_the_right_password_registers(transport: str) -> None:
    with phone(transport=transport) as one:
        registered = one.register()
        assert registered.status == 200
        assert str(one.local_port) in registered.headers["contact"]
        assert one.register(expires=0).status == 200


def test_a_wrong_password_is_refused() -> None:
    with phone(password="not-the-password") as one:
        assert one.register().status in {401, 403}


def test_an_unknown_user_is_refused_just_like_a_wrong_password() -> None:
    with phone() as known, phone("4999", "not-the-password") as unknown:
        known.password = "not-the-password"
        assert known.register().status == unknown.register().status == 401


def test_a_call_without_login_is_refused() -> None:
    with phone(password="") as one:
        assert one.request("INVITE", "600", body=one.sdp(40000, "ulaw")).status == 401


def test_options_are_answered() -> None:
    with phone() as one:
        assert one.request("OPTIONS", "").status == 200


def test_the_server_names_neither_software_nor_version() -> None:
    with phone(password="") as one:
        assert one.register().headers["server"] == "Parley"


@pytest.mark.parametrize(("codec", "answered"), [
    ("ulaw", "PCMU/8000"), ("alaw", "PCMA/8000"), ("g722", "G722/8000"), ("opus", "opus/48000/2"),
])  # fmt: skip
def test_each_codec_is_answered(codec: str, answered: str) -> None:
    with phone() as one:
        call = one.request("INVITE", "600", body=one.sdp(40000, codec))
        assert call.status == 200
        assert answered in call.body
        assert "telephone-event" in call.body
        assert one.bye("600", call).status == 200


def test_a_codec_that_nobody_has_is_refused() -> None:
    with phone() as one:
        assert one.request("INVITE", "600", body=one.sdp(40000, "18 G729/8000")).status == 488


def test_an_offer_that_names_a_host_is_refused_without_asking_dns() -> None:
    """Threads that wait for DNS answer nobody: some fifty such offers would hold all of them."""
    name = f"{secrets.token_hex(8)}.example"
    with phone() as one:
        address = one.sdp(40000, "ulaw")
        named = address.replace(f"c=IN IP4 {one.host}", f"c=IN IP4 {name}")
        assert one.request("INVITE", "600", body=named).status == 488
        call = one.request("INVITE", "600", body=address)
        assert call.status == 200
        assert one.request("INVITE", "600", body=named, header=call.headers["to"]).status >= 400
        assert one.bye("600", call).status == 200
    (asterisk,) = containers("asterisk")
    told = asterisk.logs(tail=200).decode()
    assert told.count("refused, no address where audio is to go") >= 2
    assert f'getaddrinfo("{name}"' not in told


def echoes(where: tuple[str, int], audio: socket.socket, frames: int) -> int:
    """Send frames of one unmistakable pattern, 20 ms apart; count those that come back."""
    pattern, heard = bytes(range(96, 96 + FRAME)), 0
    audio.setblocking(False)
    for number in range(frames):
        header = struct.pack("!BBHII", 0x80, 0, number, number * FRAME, 0xC0FFEE)
        audio.sendto(header + pattern, where)
        time.sleep(0.02)
        while True:
            try:
                heard += audio.recv(2048)[12:] == pattern
            except BlockingIOError:
                break
    return heard


def test_600_is_an_echo() -> None:
    with phone() as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as audio:
        audio.bind((one.host, 0))
        call = one.request("INVITE", "600", body=one.sdp(audio.getsockname()[1], "ulaw"))
        assert call.status == 200
        assert echoes(call.media, audio, 100) > 50
        assert one.bye("600", call).status == 200


def test_an_extension_that_no_agent_has_is_not_found() -> None:
    """The gateway says so, by cause 1; nothing is answered before."""
    with phone() as one:
        call = one.request("INVITE", "987654", body=one.sdp(40000, "ulaw"))
        assert call.status == 404
        assert set(one.provisional) <= {100}


@pytest.mark.parametrize("number", ["nobody", "listen-12345678901234567890"])
def test_an_extension_of_letters_is_not_found(number: str) -> None:
    with phone() as one:
        assert one.request("INVITE", number, body=one.sdp(40000, "ulaw")).status == 404


def test_a_user_without_a_phone_is_unavailable() -> None:
    with phone() as one, phone("1001") as other:
        other.request("REGISTER", "", extra=("Expires: 0",))
        assert one.request("INVITE", "1001", body=one.sdp(40000, "ulaw")).status == 480


@pytest.mark.parametrize(
    "contact",
    [
        "1001",
        "1001-0x55d0c8a2b3c0",
        "k7fj2l9q",
        "+49.30_1~%20*=",
        "1001|;ob",
        "1001|;rinstance=6f1c2a3b",
        "1001|;line=b2u1;x-ast-orig-host=10.0.0.7:5060",
    ],
)
def test_a_telephone_rings_whatever_it_calls_itself(contact: str) -> None:
    with phone() as one, phone("1001") as other, ThreadPoolExecutor(1) as waiting:
        other.contact = contact
        assert other.register().status == 200
        called = waiting.submit(other.refuse_a_call)
        assert one.request("INVITE", "1001", body=one.sdp(40000, "ulaw")).status == 486
        assert called.result().startswith(f"sip:{contact.partition('|')[0]}@")
        assert other.register(expires=0).status == 200


@pytest.mark.parametrize(
    "contact",
    [
        "x,30,G(from-phones,600,1)",
        "x&PJSIP/1002/sip:1",
        "x&PJSIP/trunk/sip:1",
        "x&Local/600",
        "x/y",
        "$(x)",
    ],
)
def test_a_contact_that_would_be_read_as_dialplan_is_not_rung(contact: str) -> None:
    """Each would make Dial() do what nobody dialled: go to an extension, or call somebody else."""
    with phone() as one, phone("1001") as other:
        other.contact = contact
        assert other.register().status in {200, 400}
        call = one.request("INVITE", "1001", body=one.sdp(40000, "ulaw"))
        assert call.status == 480
        other.contact = contact
        other.register(expires=0)


def test_a_comma_in_the_number_goes_nowhere_else() -> None:
    with phone() as one:
        assert one.request("INVITE", "987654,absent", body=one.sdp(40000, "ulaw")).status == 404


def test_garbage_does_not_disturb() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
        for junk in (b"", b"\x00" * 512, b"INVITE", b"REGISTER sip:x SIP/2.0\r\n\r\n", os.urandom(1400)):
            noise.sendto(junk, (SERVER, PORT))
    with phone() as one:
        assert one.request("OPTIONS", "").status == 200


def failures() -> dict[str, float]:
    """What Asterisk has counted of those who could not log in."""
    text = requests.get(f"http://{SERVER}:8088/metrics", timeout=5).text
    found = re.findall(r'(?m)^parley_sip_auth_failures_total{reason="(\w+)"} (\d+)$', text)
    return {reason: float(count) for reason, count in found}


def test_failed_logins_are_counted_and_good_ones_are_not() -> None:
    before = failures()
    with phone() as one:
        assert one.register().status == 200
    assert failures() == before
    with phone(password="not-the-password") as one, phone("4999", "not-the-password") as nobody:
        one.register()
        nobody.register()
    after = failures()
    assert after["password"] > before["password"]
    assert after["user"] > before["user"]


def test_a_call_whose_answer_is_not_acknowledged_is_over_in_seconds_and_costs_no_speech() -> None:
    with phone() as one, phone("1001") as other:
        send = one.send
        one.send = lambda method, *rest, **more: None if method == "ACK" else send(method, *rest, **more)  # type: ignore[method-assign]
        before = ended("unacknowledged")
        assert one.request("INVITE", "100", body=one.sdp(40000, "ulaw")).status == 200
        deadline = time.monotonic() + 20
        while ended("unacknowledged") == before:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        # Nothing of the line is left: others are answered as before.
        call = other.request("INVITE", "100", body=other.sdp(40002, "ulaw"))
        assert call.status == 200
        other.bye("100", call)


def ended(outcome: str) -> float:
    return sum(
        sample.value
        for families in gateway_metrics()
        for sample in families["parley_calls_ended"]
        if sample.name.endswith("_total") and sample.labels["outcome"] == outcome
    )
