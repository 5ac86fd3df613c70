# What Asterisk does with a trunk that answers some of what it is asked; the trunk is the test itself.
import asyncio
import base64
import os
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gateway.ari.ways import way_to
from tests.stack.asterisk.reloaded import asterisk, reloaded
from tests.stack.asterisk.test_http import BASE, ari, get
from tests.stack.asterisk.test_sip import PORT, SERVER

pytestmark = pytest.mark.stack

SOUND = "\r\n".join(
    (
        *("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"),
        *("m=audio 9 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", ""),
    )
)
COPIED = ("via:", "from:", "to:", "call-id:", "cseq:", "contact:")


class Provider:
    """A carrier on a socket: `answers` holds the response to each method; what is not there is not answered."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        """The first lines of all requests."""
        self.at: dict[str, float] = {}
        """When a request of each method came last (monotonic)."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((SERVER, PORT))
        self.socket.settimeout(0.2)
        host, port = self.socket.getsockname()
        self.address = f"{host}:{port}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self.socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                message = self.socket.recv(65535).decode()
            except (TimeoutError, ConnectionRefusedError):
                continue
            first, *lines = message.split("\r\n")
            self.asked.append(first)
            method = first.split(" ")[0]
            self.at[method] = time.monotonic()
            if status := self.answers.get(method):
                kept = [line for line in lines if line.lower().startswith(COPIED)]
                taken = method == "INVITE" and status.startswith("2")
                if taken:
                    kept = [self._as_taken(line) for line in kept]
                self.socket.send(f"SIP/2.0 {status}\r\n".encode() + _rest(kept, SOUND if taken else ""))

    def _as_taken(self, line: str) -> str:
        """A header of the request's in the answer of who takes the call."""
        name = line.split(":", maxsplit=1)[0].lower()
        return {"contact": f"Contact: <sip:{self.address}>", "to": f"{line};tag=there"}.get(name, line)


def _rest(headers: list[str], body: str) -> bytes:
    described = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join(
        [*headers, *described, "Expires: 60", f"Content-Length: {len(body)}", "", body]
    ).encode()


@contextmanager
def trunk(answers: dict[str, str], **settings: str) -> Iterator[Provider]:
    provider = Provider(answers)
    try:
        with reloaded({"TRUNK_HOST": provider.address, **settings}):
            yield provider
    finally:
        provider.close()


def until(condition: Callable[[], bool], within: float = 120) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def metric(name: str) -> str:
    """The value of a metric of Asterisk's for the trunk; empty when it has none."""
    lines = [line for line in get("/metrics")[1].splitlines() if line.startswith(name)]
    found = [
        line.rpartition(" ")[2] for line in lines if "registration" in name or 'resource="trunk"' in line
    ]
    return found[0] if found else ""


def call_out(number: str) -> None:
    """Call a number over the trunk, as a handover does; whoever answers hears an echo."""
    query = {
        "endpoint": f"Local/{number}@screened-trunk",
        "context": "from-phones",
        "extension": "600",
        "priority": "1",
    }
    body = '{"variables": {"__PARLEY_CALL": "none", "__PARLEY_RING_S": "5"}}'
    url = f"{BASE}/ari/channels?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(url, data=body.encode(), headers={"Content-Type": "application/json"})
    login = f"{os.environ.get('ARI_USER') or 'parley'}:{os.environ['ARI_PASSWORD']}"
    request.add_header("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 200


def test_a_trunk_that_answers_no_options_is_called() -> None:
    with trunk({"INVITE": "486 Busy Here"}) as provider:
        until(lambda: "Unavail" in asterisk("pjsip show contacts"))
        assert metric("asterisk_endpoints_state") == "1"
        call_out("+4930123456")
        until(lambda: any(line.startswith("INVITE ") for line in provider.asked))
        called = next(line for line in provider.asked if line.startswith("INVITE "))
        assert called.startswith(f"INVITE sip:+4930123456@{provider.address}")


async def told(name: str) -> str:
    return str(ari(f"/asterisk/variable?variable={name}")["value"])


def test_a_call_is_made_over_a_trunk_that_answers_no_options() -> None:
    with trunk({"INVITE": "486 Busy Here"}) as provider:
        until(lambda: "Unavail" in asterisk("pjsip show contacts"))
        way = asyncio.run(way_to("+4930123456@trunk", told))
        query = {"endpoint": way, "extension": "600", "context": "from-phones", "priority": "1"}
        ari(f"/channels?{urllib.parse.urlencode(query)}", "POST")
        until(lambda: any(line.startswith("INVITE ") for line in provider.asked))
        called = next(line for line in provider.asked if line.startswith("INVITE "))
        assert called.startswith(f"INVITE sip:+4930123456@{provider.address}")


def test_a_connection_over_the_trunk_ends_in_time() -> None:
    with trunk({"INVITE": "200 OK", "BYE": "200 OK"}, TRUNK_MAX_CALL_S="3") as provider:
        call_out("+4930123456")
        until(lambda: "BYE" in provider.at)
        assert provider.at["BYE"] - provider.at["ACK"] > 2


@pytest.mark.parametrize("answer", ["200 OK", "404 Not Found", "405 Method Not Allowed"])
def test_a_trunk_that_answers_anything_is_there_and_one_that_stops_is_not(answer: str) -> None:
    with trunk({"OPTIONS": answer}, TRUNK_QUALIFY_S="2") as provider:
        until(lambda: metric("asterisk_endpoints_state") == "2")
        provider.answers.clear()
        until(lambda: metric("asterisk_endpoints_state") == "1")


def test_a_trunk_that_is_not_asked_counts_as_there() -> None:
    with trunk({}, TRUNK_QUALIFY_S="0"):
        until(lambda: metric("asterisk_endpoints_state") == "2")


@pytest.mark.parametrize(
    ("answer", "status"), [("200 OK", "1"), ("403 Forbidden", "2")], ids=["registered", "rejected"]
)
def test_what_becomes_of_the_registration_is_a_metric(answer: str, status: str) -> None:
    account = {"TRUNK_USER": "acme", "TRUNK_PASSWORD": "a-password"}
    with trunk({"REGISTER": answer}, **account):
        until(lambda: metric("asterisk_pjsip_outbound_registration_status") == status)
    until(lambda: metric("asterisk_pjsip_outbound_registration_status") == "")
