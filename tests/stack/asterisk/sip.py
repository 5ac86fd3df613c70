# A minimal SIP user agent on plain sockets: shows what Asterisk says on the wire, without a telephony library between.
from __future__ import annotations

import hashlib
import re
import secrets
import socket
import ssl
from dataclasses import dataclass, field
from typing import Self

CODECS = {"ulaw": "0 PCMU/8000", "alaw": "8 PCMA/8000", "g722": "9 G722/8000", "opus": "107 opus/48000/2"}


@dataclass(frozen=True)
class Response:
    """A final or provisional response; header names in lower case, the last of those that come twice."""

    status: int
    headers: dict[str, str]
    body: str
    record_route: tuple[str, ...] = ()

    @property
    def media(self) -> tuple[str, int]:
        """The address that the SDP answer wants audio at."""
        address = re.search(r"^c=IN IP4 (\S+)", self.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        assert address is not None
        assert port is not None
        return address[1], int(port[1])


def parse(message: str) -> Response:
    """Parse a response; raises ValueError when it is none."""
    head, _, body = message.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    version, status, *_ = first.split(" ")
    if version != "SIP/2.0":
        raise ValueError(f"not a response: {first!r}")
    pairs = [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]
    routes = tuple(value for name, value in pairs if name == "record-route")
    return Response(int(status), dict(pairs), body, routes)


def md5(*parts: str) -> str:
    """RFC 2617's H() of parts joined by colons."""
    return hashlib.md5(":".join(parts).encode()).hexdigest()


def answer(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The Authorization header for a Digest challenge with qop=auth (RFC 2617, 3.2.2)."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    cnonce, count = secrets.token_hex(8), "00000001"
    secret = md5(user, asked["realm"], password)
    response = md5(secret, asked["nonce"], count, cnonce, "auth", md5(method, uri))
    return (
        f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
        f'response="{response}", opaque="{asked.get("opaque", "")}", algorithm=MD5, qop=auth, nc={count}, '
        f'cnonce="{cnonce}"'
    )


@dataclass
class Phone:
    """One user on one socket. `request` logs in when it is asked to, and gives the final response."""

    user: str
    password: str
    server: str
    port: int = 5060
    transport: str = "udp"
    timeout: float = 8.0
    contact: str = ""
    """The contact's user part, with its parameters after `|`; by default the user."""
    content: str = "application/sdp"
    """What bodies are."""
    address: str = ""
    """The own address; empty: the one toward the server."""
    provisional: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect, so that the socket's own address is known."""
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        self.socket: socket.socket = socket.socket(socket.AF_INET, kind)
        self.socket.settimeout(self.timeout)
        if self.address:
            self.socket.bind((self.address, 0))
        self.socket.connect((self.server, self.port))
        if self.transport == "tls":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.host, self.local_port = self.socket.getsockname()
        self.call_id, self.tag, self.sequence = secrets.token_hex(8), secrets.token_hex(4), 0
        self.buffer = ""
        self.sent = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def sdp(self, rtp_port: int, codec: str) -> str:
        """An offer of one codec, and RFC 4733 digits."""
        payload, name = CODECS.get(codec, codec).split(" ")
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {rtp_port} RTP/AVP {payload} 101\r\na=rtpmap:{payload} {name}\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
        )

    def request(
        self, method: str, to: str, *, body: str = "", extra: tuple[str, ...] = (), header: str = ""
    ) -> Response:
        """Send, answer one challenge, and return the final response; `header`: another To. Raises TimeoutError."""
        uri = f"sip:{to + '@' if to else ''}{self.server}"
        self.send(method, uri, body, extra, to=header)
        response = self.final(method)
        if response.status == 401 and self.password:
            if method == "INVITE":
                self.send("ACK", uri, "", (), to=response.headers["to"])
            login = answer(response.headers["www-authenticate"], method, uri, self.user, self.password)
            self.send(method, uri, body, (*extra, f"Authorization: {login}"), to=header)
            response = self.final(method)
        if method == "INVITE":
            self.send("ACK", uri, "", (), to=response.headers["to"])
        return response

    def register(self, expires: int = 60) -> Response:
        """Register this socket as the user's contact; 0 takes it away again."""
        return self.request("REGISTER", "", extra=(f"Expires: {expires}",))

    def bye(self, to: str, established: Response) -> Response:
        """End the call that `established` answered."""
        uri = f"sip:{to}@{self.server}"
        self.send("BYE", uri, "", (), to=established.headers["to"])
        response = self.final("BYE")
        if response.status == 401:
            login = answer(response.headers["www-authenticate"], "BYE", uri, self.user, self.password)
            self.send("BYE", uri, "", (f"Authorization: {login}",), to=established.headers["to"])
            response = self.final("BYE")
        return response

    def send(self, method: str, uri: str, body: str, extra: tuple[str, ...], *, to: str = "") -> None:
        """Put one request on the wire. An ACK keeps the sequence number of its INVITE."""
        self.sequence += method != "ACK"
        name, _, parameters = (self.contact or self.user).partition("|")
        me = f"sip:{name}@{self.host}:{self.local_port};transport={self.transport}{parameters}"
        whom = uri if method != "REGISTER" else f"sip:{self.user}@{self.server}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {self.host}:{self.local_port};rport;"
            f"branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.server}>;tag={self.tag}",
            f"To: {to or f'<{whom}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: <{me}>",
            *extra,
            *([f"Content-Type: {self.content}"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.sent = "\r\n".join(lines) + "\r\n\r\n" + body
        self.socket.sendall(self.sent.encode())

    def cancel(self) -> None:
        """Take back the INVITE that was sent last (RFC 3261, 9.1)."""
        kept = ("via:", "max-forwards:", "from:", "to:", "call-id:")
        first, *lines = self.sent.partition("\r\n\r\n")[0].split("\r\n")
        copied = [line for line in lines if line.lower().startswith(kept)]
        head = [
            first.replace("INVITE", "CANCEL", 1),
            *copied,
            f"CSeq: {self.sequence} CANCEL",
            "Content-Length: 0",
        ]
        self.socket.sendall(("\r\n".join(head) + "\r\n\r\n").encode())

    def refuse_a_call(self) -> str:
        """Wait for a call, say that the user is busy, and return the URI that was called. Raises TimeoutError."""
        while not (asked := self.receive()).startswith("INVITE "):
            pass
        self.respond(asked, "486 Busy Here")
        return asked.split(" ")[1]

    def told_of_a_transfer(self) -> int:
        """Wait until it is told how a transfer has ended, and return the status. Raises TimeoutError."""
        while True:
            asked = self.receive()
            if asked.startswith("NOTIFY "):
                self.respond(asked, "200 OK")
                told = re.search(r"\r\n\r\nSIP/2.0 ([2-6]\d\d)", asked)
                if told:
                    return int(told[1])

    def respond(self, asked: str, status: str) -> None:
        """Answer a request of the other side's."""
        copied = ("via:", "from:", "to:", "call-id:", "cseq:")
        lines = [line for line in asked.split("\r\n") if line.lower().startswith(copied)]
        self.socket.sendall("\r\n".join([f"SIP/2.0 {status}", *lines, "Content-Length: 0", "", ""]).encode())

    def final(self, method: str) -> Response:
        """The final response to the last request; requests from the other side are left alone."""
        while True:
            message = self.receive()
            if not message.startswith("SIP/2.0"):
                continue
            response = parse(message)
            if response.headers["cseq"] != f"{self.sequence} {method}":
                continue
            if response.status >= 200:
                return response
            self.provisional.append(response.status)

    def receive(self) -> str:
        """One message: a datagram, or as much of the stream as Content-Length says."""
        if self.transport == "udp":
            return self.socket.recv(65535).decode()
        while True:
            head, end, rest = self.buffer.partition("\r\n\r\n")
            length = re.search(r"(?im)^content-length:\s*(\d+)", head) if end else None
            if length and len(rest) >= int(length[1]):
                self.buffer = rest[int(length[1]) :]
                return head + end + rest[: int(length[1])]
            chunk = self.socket.recv(65535)
            if not chunk:
                raise ConnectionError("the server closed the connection")
            self.buffer += chunk.decode()
