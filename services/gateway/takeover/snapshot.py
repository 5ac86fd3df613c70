"""Where a call is, in one piece: small, kept in Redis at every step, read by the gateway that takes the call over."""

import msgspec

from gateway.conversation.resumption import Talk
from gateway.keys.way import Way
from gateway.people.course import Away
from parley.errors import MessageError

VERSION = 1
"""Counts on when a field changes its meaning: a gateway of another version greets anew rather than guess."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One call's. New fields need defaults, as gateways of two versions run side by side during an upgrade."""

    gateway: str
    """Whose call it is."""
    caller: str
    extension: str
    agent: str
    """The one that took the call."""
    at: float
    """When it came, Unix time."""
    minutes: int | None = None
    """Whole minutes that it had lasted, whatever the machines' clocks say; None: an older gateway's."""
    talk: Talk
    way: Way
    away: Away
    overflow: bool = False
    recorded: bool = False
    """Whether a recording has been begun."""
    version: int = VERSION


def build(snapshot: Snapshot) -> bytes:
    """Encode a snapshot as JSON, the same bytes for the same state."""
    return msgspec.json.encode(snapshot)


def parse(data: bytes) -> Snapshot:
    """Decode and check a snapshot; raise MessageError for one that is damaged, or of another version."""
    try:
        snapshot = msgspec.json.decode(data, type=Snapshot)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"a call's state: {error}") from error
    if snapshot.version != VERSION:
        raise MessageError(f"a call's state: version must be {VERSION}, not {snapshot.version}")
    return snapshot
