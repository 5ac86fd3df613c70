"""What is told to others, as the Standard Webhooks specification has its body. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is to be told to all who want it."""

    id: str
    """The same for the same event."""
    kind: str
    """One of EVENTS."""
    body: str
    """JSON."""
    at: float
    """Unix time in seconds, as all times here."""
    line: str
    """Those of one line arrive in their order."""
    call: str = ""
    agent: str = ""


def trial(at: float) -> Note:
    """What is sent to see whether it arrives."""
    return note("test", {}, at, "test", f"{at}")


def note(kind: str, data: dict[str, Any], at: float, line: str, identity: str) -> Note:
    """A note with its body as the Standard Webhooks specification has it; `identity` is what makes it the same one."""
    body = msgspec.json.encode({"type": kind, "timestamp": iso(at), "data": data}).decode()
    digest = hashlib.sha256(f"{kind} {identity}".encode()).hexdigest()[:32]
    return Note(f"msg_{digest}", kind, body, at, line, str(data.get("call", "")), str(data.get("agent", "")))


def iso(at: float, timespec: str = "milliseconds") -> str:
    """Unix time in seconds as ISO 8601 in UTC; `timespec` as of datetime.isoformat."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
