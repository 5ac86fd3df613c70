"""What is kept of a chat in Redis, so that another process goes on with it after a restart."""

from typing import Literal

import msgspec

from chat.talk.board import Board
from gateway.keys.way import Way
from parley.errors import MessageError

Channel = Literal["web", "sip", "sms"]
"""Where a chat's words come from."""
Phase = Literal["agent", "waiting", "person", "message", "ended"]
"""Who has it: the agent, nobody yet of the people that it was given to, one of them; `message`: the visitor's next
words are a message for the company."""


class Kept(msgspec.Struct, kw_only=True):
    """All of a chat but its history, which the workers read."""

    channel: Channel
    agent: str
    """Who answered it first."""
    caller: str
    """The sender's number; empty: a visitor of a page."""
    extension: str
    """The number that was written to; empty on a page."""
    address: str = ""
    """As whom it is answered, on channels that send: the address that was written to."""
    digest: str = ""
    """Of the visitor's token."""
    began: float
    """Unix time in seconds, as the others."""
    heard: float
    """When the visitor wrote last."""
    since: float
    """Since when its phase is what it is."""
    phase: Phase = "agent"
    target: str = ""
    """Whom it was given to."""
    waits: bool = False
    """Whether the visitor wants to wait for them however long it takes."""
    turn: int = 0
    revision: int = 0
    unanswered: list[str] = []
    """What the visitor wrote that was not dealt with yet."""
    sent: int = 0
    """The last line that was sent, on channels that send."""
    number: str = ""
    """At which the visitor wants to be called, in E.164, until they have confirmed it."""
    calls: int = 0
    """How often they have been called, or are to be."""
    call_at: float = 0.0
    """When they want to be called; 0.0: now."""
    call_target: str = ""
    """Who of the agent's people calls them then."""
    board: Board
    way: Way | None = None


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Kept)


def encode(kept: Kept) -> bytes:
    """As it is written to Redis."""
    return _encoder.encode(kept)


def decode(data: bytes) -> Kept:
    """What was written there; raise MessageError for what is none."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MessageError(str(error)) from error
