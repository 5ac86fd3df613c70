"""A TURN client as far as tests need one: STUN messages (RFC 8489), an allocation, its permissions (RFC 8656)."""

import hashlib
import hmac
import secrets
import socket
import struct
from dataclasses import dataclass, field
from typing import Self

MAGIC = 0x2112A442
ALLOCATE, REFRESH, CREATE_PERMISSION, SEND, DATA = 0x003, 0x004, 0x008, 0x016, 0x017
SUCCESS, ERROR = 0x100, 0x110
PEER, PAYLOAD, RELAYED = 0x0012, 0x0013, 0x0016
_USERNAME, _INTEGRITY, _CODE, _REALM, _NONCE = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015
_LIFETIME, _FAMILY, _TRANSPORT = 0x000D, 0x0017, 0x0019
UDP, TCP = 17, 6
_PATIENT_S = 2.0
_TRIES = 5


def xored(host: str, port: int) -> bytes:
    """An address of version 4 as an attribute has it (section 14.2)."""
    (number,) = struct.unpack("!I", socket.inet_aton(host))
    return struct.pack("!BBHI", 0, 1, port ^ (MAGIC >> 16), number ^ MAGIC)


def xored_6(host: str, port: int, transaction: bytes) -> bytes:
    """One of version 6."""
    mask = struct.pack("!I", MAGIC) + transaction
    address = bytes(a ^ b for a, b in zip(socket.inet_pton(socket.AF_INET6, host), mask, strict=True))
    return struct.pack("!BBH", 0, 2, port ^ (MAGIC >> 16)) + address


def address(value: bytes) -> tuple[str, int]:
    """What an attribute says, version 4."""
    _, family, port, number = struct.unpack("!BBHI", value)
    assert family == 1
    return socket.inet_ntoa(struct.pack("!I", number ^ MAGIC)), port ^ (MAGIC >> 16)


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


@dataclass(frozen=True, slots=True)
class Message:
    """One that came."""

    kind: int
    transaction: bytes
    attributes: dict[int, bytes]

    @property
    def error(self) -> int:
        """The code of a refusal; 0: it is none."""
        code = self.attributes.get(_CODE)
        return code[2] * 100 + code[3] if code else 0

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raise struct.error for what is none."""
        kind, _, _ = struct.unpack_from("!HHI", data)
        attributes: dict[int, bytes] = {}
        at = 20
        while at + 4 <= len(data):
            name, length = struct.unpack_from("!HH", data, at)
            attributes.setdefault(name, data[at + 4 : at + 4 + length])
            at += 4 + length + -length % 4
        return cls(kind, data[8:20], attributes)


@dataclass
class Client:
    """Somebody at a TURN server. `over`: `udp` or `tcp`, by which it is asked; what they have ends with `with`."""

    server: tuple[str, int]
    name: str = ""
    password: str = ""
    over: str = "udp"
    realm: bytes = b""
    nonce: bytes = b""
    _line: socket.socket = field(init=False)

    def __enter__(self) -> Self:
        kind = socket.SOCK_DGRAM if self.over == "udp" else socket.SOCK_STREAM
        self._line = socket.socket(socket.AF_INET, kind)
        self._line.settimeout(_PATIENT_S)
        self._line.connect(self.server)
        return self

    def __exit__(self, *_: object) -> None:
        if self.nonce and self.over == "udp":  # what is asked by a connection ends with that
            self.ask(REFRESH, _attribute(_LIFETIME, bytes(4)))
        self._line.close()

    def allocate(self, transport: int = UDP, family: int = 0) -> Message:
        """Ask for an address of the server's, and prove who asks as soon as that is wanted."""
        wanted = _attribute(_TRANSPORT, bytes((transport, 0, 0, 0)))
        if family:
            wanted += _attribute(_FAMILY, bytes((family, 0, 0, 0)))
        answer = self.ask(ALLOCATE, wanted)
        if answer.error == 401 and self.name and not self.nonce:
            self.realm, self.nonce = answer.attributes[_REALM], answer.attributes[_NONCE]
            answer = self.ask(ALLOCATE, wanted)
        return answer

    def permit(self, host: str) -> Message:
        """Ask that an address may be sent to."""
        transaction = secrets.token_bytes(12)
        peer = xored_6(host, 0, transaction) if ":" in host else xored(host, 0)
        return self.ask(CREATE_PERMISSION, _attribute(PEER, peer), transaction)

    def send(self, host: str, port: int, payload: bytes) -> None:
        """Have something sent; nobody says whether it is (section 11.1)."""
        body = _attribute(PEER, xored(host, port)) + _attribute(PAYLOAD, payload)
        self._line.sendall(self._message(SEND, body, secrets.token_bytes(12)))

    def received(self) -> tuple[tuple[str, int], bytes]:
        """What comes for us, and from where; raise TimeoutError when nothing does."""
        while True:
            message = self._next()
            if message.kind == DATA:
                return address(message.attributes[PEER]), message.attributes[PAYLOAD]

    def ask(self, kind: int, body: bytes, transaction: bytes = b"") -> Message:
        """Send a request until it is answered."""
        transaction = transaction or secrets.token_bytes(12)
        request = self._message(kind, body + self._who(), transaction, signs=bool(self.nonce))
        for _ in range(_TRIES):
            self._line.sendall(request)
            try:
                while (answer := self._next()).transaction != transaction:
                    pass
            except TimeoutError:
                continue
            assert answer.kind in (kind | SUCCESS, kind | ERROR)
            return answer
        raise TimeoutError

    def _who(self) -> bytes:
        if not self.nonce:
            return b""
        told = ((_USERNAME, self.name.encode()), (_REALM, self.realm), (_NONCE, self.nonce))
        return b"".join(_attribute(kind, value) for kind, value in told)

    def _message(self, kind: int, body: bytes, transaction: bytes, *, signs: bool = False) -> bytes:
        length = len(body) + (24 if signs else 0)
        message = struct.pack("!HHI", kind, length, MAGIC) + transaction + body
        if signs:
            secret = f"{self.name}:{self.realm.decode()}:{self.password}".encode()
            key = hashlib.md5(secret, usedforsecurity=False).digest()
            message += _attribute(_INTEGRITY, hmac.digest(key, message, hashlib.sha1))
        return message

    def _next(self) -> Message:
        if self.over == "udp":
            return Message.read(self._line.recv(4096))
        head = self._exactly(20)
        return Message.read(head + self._exactly(struct.unpack_from("!HH", head)[1]))

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            piece = self._line.recv(length - len(data))
            if not piece:
                raise ConnectionResetError
            data += piece
        return data
