"""A browser: SIP over a secure WebSocket, which knows no address of its own (RFC 7118)."""

import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.stack.asterisk.sip import Response, answer, parse
from tests.stack.edge.peers import EDGE, PASSWORDS

SIP = Subprotocol("sip")


def trusting() -> ssl.SSLContext:
    """For connections to whoever answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass
class Browser:
    """One user of one page."""

    line: ClientConnection
    user: str
    host: str = field(default_factory=lambda: f"{secrets.token_hex(6)}.invalid")
    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    sequence: int = 0

    def request(self, method: str, to: str, *extra: str) -> Response:
        """Send, answer one challenge, and return the final response."""
        uri = f"sip:{to + '@' if to else ''}{EDGE}"
        self.send(method, uri, *extra)
        response = self.final(method)
        if response.status == 401:
            challenge = response.headers["www-authenticate"]
            if method == "INVITE":
                self.send("ACK", uri, to=response.headers["to"])
            login = answer(challenge, method, uri, self.user, PASSWORDS[self.user])
            self.send(method, uri, *extra, f"Authorization: {login}")
            response = self.final(method)
        return response

    def hang_up(self, established: Response) -> Response:
        """By the way back that the answer tells."""
        route = ", ".join(reversed(established.record_route))
        uri = established.headers["contact"].strip("<>")
        self.send("BYE", uri, f"Route: {route}", to=established.headers["to"])
        return self.final("BYE")

    def send(self, method: str, uri: str, *extra: str, to: str = "") -> None:
        """Send a request."""
        self.sequence += method != "ACK"
        whom = uri if method != "REGISTER" else f"sip:{self.user}@{EDGE}"
        lines = (
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/WSS {self.host};branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{EDGE}>;tag=page",
            f"To: {to or f'<{whom}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: <sip:{self.user}@{self.host};transport=ws>",
            *extra,
            "Content-Length: 0",
        )
        self.line.send("\r\n".join(lines) + "\r\n\r\n")

    def final(self, method: str) -> Response:
        """Wait for the final response to the last request."""
        while True:
            message = self.receive()
            if message.startswith("SIP/2.0"):
                response = parse(message)
                if response.status >= 200 and response.headers["cseq"] == f"{self.sequence} {method}":
                    return response

    def receive(self) -> str:
        """Wait for a message."""
        return str(self.line.recv(timeout=10))

    def respond(self, asked: str, status: str) -> None:
        """Answer a request of the other side's."""
        copied = ("via:", "from:", "to:", "call-id:", "cseq:")
        lines = [line for line in asked.split("\r\n") if line.lower().startswith(copied)]
        self.line.send("\r\n".join([f"SIP/2.0 {status}", *lines, "Content-Length: 0"]) + "\r\n\r\n")


@contextmanager
def browser(port: int, user: str = "1001") -> Iterator[Browser]:
    """A page that has connected to the edge."""
    with connect(f"wss://{EDGE}:{port}/", subprotocols=[SIP], ssl=trusting(), proxy=None) as line:
        yield Browser(line, user)
