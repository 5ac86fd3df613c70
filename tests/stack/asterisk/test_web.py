# What the console's users may, by SIP over WebSocket: call agents with encrypted audio, come into calls by a token, and
# nothing else.
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.stack.asterisk.sip import Response, parse
from tests.stack.asterisk.test_continuity import ari, login
from tests.stack.asterisk.test_http import BASE

pytestmark = pytest.mark.stack

URL = os.environ.get("ARI_URL", "http://asterisk:8088").replace("http", "ws", 1) + "/ws"
OLGA = "olga-b_c.d"
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=candidate:1 1 udp 2122194687 127.0.0.1 9 typ host\r\n"
    f"a=rtcp-mux\r\na=sendrecv\r\na=setup:actpass\r\na=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\n"
    "a=rtpmap:111 opus/48000/2\r\na=rtpmap:110 telephone-event/48000\r\n"
)


@dataclass
class Browser:
    """One that says by `secret` that the console has passed it on; `user` is what it writes itself."""

    line: ClientConnection
    secret: str
    user: str = "web"
    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    sequence: int = 0

    def call(self, number: str, offer: str) -> Response:
        """Call somebody, hang up where that was answered, and return what came of it."""
        answer = self.ask("INVITE", number, offer)
        if answer.status == 200:
            assert self.ask("BYE", number, to=answer.headers["to"]).status == 200
        return answer

    def ask(self, method: str, number: str, body: str = "", to: str = "") -> Response:
        """Send a request and return the final response."""
        self.send(method, number, body, to)
        return self.final(method, number)

    def final(self, method: str, number: str) -> Response:
        """Wait for the final response to what was sent last."""
        while True:
            message = str(self.line.recv(timeout=10))
            if message.startswith("SIP/2.0"):
                response = parse(message)
                if response.status >= 200 and response.headers["cseq"] == f"{self.sequence} {method}":
                    break
        if method == "INVITE":
            self.send("ACK", number, to=response.headers["to"])
        return response

    def send(self, method: str, number: str, body: str = "", to: str = "") -> None:
        """Send a request."""
        self.sequence += method != "ACK"
        uri = f"sip:{number}@parley.invalid"
        lines = (
            f"{method} {uri} SIP/2.0",
            f"X-Parley-Web: {self.secret}",
            f"X-Parley-User: {OLGA}",
            f"Via: SIP/2.0/WS x.invalid;branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@parley.invalid>;tag=1",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: <sip:{self.user}@x.invalid;transport=ws>",
            *(("Content-Type: application/sdp",) if body else ()),
            f"Content-Length: {len(body)}",
        )
        self.line.send("\r\n".join(lines) + "\r\n\r\n" + body)


@contextmanager
def browser(secret: str | None = None, user: str = "web") -> Iterator[Browser]:
    with connect(URL, subprotocols=[Subprotocol("sip")], proxy=None) as line:
        yield Browser(line, os.environ["SIP_PASSWORD_WEB"] if secret is None else secret, user)


@pytest.fixture
def olga() -> Iterator[Browser]:
    with browser() as one:
        yield one


def test_an_agent_answers_with_encrypted_audio_and_a_way_to_it(olga: Browser) -> None:
    call = olga.call("100", OFFER)
    assert call.status == 200
    assert "UDP/TLS/RTP/SAVPF 111" in call.body
    for told in ("a=fingerprint:SHA-256", "a=ice-ufrag:", "a=rtcp-mux", "typ host", "opus/48000/2"):
        assert told in call.body, told


@pytest.mark.parametrize("number", ["600", "1001", "web", "987654"])
def test_what_is_no_agent_cannot_be_called(olga: Browser, number: str) -> None:
    assert olga.call(number, OFFER).status == 404


@pytest.mark.parametrize("token", ["12345678901234567890", "", "x1", "1001,1"])
def test_a_token_that_no_gateway_has_given_leads_nowhere(olga: Browser, token: str) -> None:
    # 484: more digits could make it one that is offered to gateways.
    assert olga.call(f"listen-{token}", OFFER).status in {404, 484}


def told(events: ClientConnection, kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    while True:
        event: dict[str, Any] = json.loads(events.recv(timeout=10))
        if event["type"] == kind:
            return event


def test_a_token_comes_with_its_user_to_the_gateway_that_claims_it(olga: Browser) -> None:
    app, token = (
        f"{os.environ.get('ARI_APP', 'parley')}-tokens",
        "".join(secrets.choice("123456789") for _ in range(20)),
    )
    where = f"ws{BASE.removeprefix('http')}/ari/events?app={app}&api_key={':'.join(login())}"
    with connect(where, proxy=None) as events:
        olga.send("INVITE", f"listen-{token}", OFFER)
        channel = told(events, "CallBroadcast")["channel"]
        assert (channel["dialplan"]["context"], channel["dialplan"]["exten"]) == ("supervise", token)
        assert channel["caller"] == {"name": "", "number": f"console.{OLGA}"}
        ari("POST", "events/claim", channelId=channel["id"], application=app)
        assert told(events, "StasisStart")["args"] == ["supervise", token]
        ari("DELETE", f"channels/{channel['id']}")
        assert olga.final("INVITE", f"listen-{token}").status >= 400


def test_nobody_registers_whatever_name_they_write(olga: Browser) -> None:
    olga.user = "1001"
    assert olga.ask("REGISTER", "1001").status in {403, 404}


@pytest.mark.parametrize("secret", ["", "wrong", "/.*/"])
@pytest.mark.parametrize("user", ["web", "console.olga", "1001"])
def test_without_the_secret_it_is_a_stranger(secret: str, user: str) -> None:
    with browser(secret, user) as one:
        assert one.call("100", OFFER).status == 401
