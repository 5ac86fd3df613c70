"""The calls of one way, as far as it takes to end them from here (RFC 3261, sections 9.1, 12 and 15). Pure.

Sound goes past the console: a way that is closed ends no call. Of what a page says nothing but its tags and numbers is
believed: a call is over when Asterisk says so.
"""

import re
import secrets
from dataclasses import dataclass

from api.console.phone.messages import Message, read

_URI = re.compile(r"<([^>]+)>|([^;\s]+)")


@dataclass(slots=True)
class _Call:
    target: str
    """Whom a request in it is for."""
    ours: str
    """The page, with its tag once it has one."""
    theirs: str
    """Asterisk, likewise."""
    sequence: int
    """Of the page's last request."""
    via: str = ""
    """Of what the page asked for the call by; empty: it is Asterisk who asked."""
    up: bool = False
    """Whether it was answered."""


class Dialogs:
    """Those that are not over."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}

    @property
    def in_call(self) -> bool:
        """Whether the page has a call, or has asked for one."""
        return any(call.up or call.via for call in self._calls.values())

    def said(self, frame: str) -> bool:
        """The page says this; return whether it asks for a call. Raise ValueError for one that there is already: of two
        with one name, one could not be ended.
        """
        message = read(frame)
        if message is None:
            return False
        if message.begins:
            if message.call in self._calls:
                raise ValueError("there is a call of this name already")
            target, ours, theirs = message.uri, message.header("from"), message.header("to")
            asked = _Call(target, ours, theirs, _sequence(message), via=message.header("via"))
            self._calls[message.call] = asked
            return True
        call = self._calls.get(message.call)
        if call is not None and message.method:
            call.sequence = max(call.sequence, _sequence(message))
        elif call is not None and message.about == "INVITE" and 200 <= message.status < 300 and not call.via:
            call.ours, call.up = message.header("to"), True
        return False

    def heard(self, frame: str) -> None:
        """Asterisk says this."""
        message = read(frame)
        if message is None:
            return
        call = self._calls.get(message.call)
        if message.begins:
            ours, theirs = message.header("to"), message.header("from")
            self._calls[message.call] = _Call(_uri(message), ours, theirs, 0)
        elif call is not None and message.method:
            # What is acknowledged, though nothing was answered, was declined or given up.
            if message.method == "BYE" or (message.method == "ACK" and not call.up):
                del self._calls[message.call]
        elif call is not None:
            self._answered(call, message)

    def ends(self) -> list[str]:
        """What ends all of them, to be said as the page."""
        frames = [_bye(name, call) for name, call in self._calls.items() if call.up]
        frames += [_cancel(name, call) for name, call in self._calls.items() if call.via and not call.up]
        self._calls.clear()
        return frames

    def _answered(self, call: _Call, message: Message) -> None:
        if message.about == "BYE" and message.status // 100 == 2:
            del self._calls[message.call]
        elif message.about == "INVITE" and call.via and not call.up and message.status >= 200:
            if message.status >= 300:
                del self._calls[message.call]
            else:
                call.target, call.theirs, call.up = _uri(message), message.header("to"), True


def _bye(name: str, call: _Call) -> str:
    via = f"SIP/2.0/WS parley.invalid;branch=z9hG4bK{secrets.token_hex(8)}"
    return _request(f"BYE {call.target}", via, call, name, f"{call.sequence + 1} BYE")


def _cancel(name: str, call: _Call) -> str:
    """Of what was asked by the same branch and number (section 9.1)."""
    return _request(f"CANCEL {call.target}", call.via, call, name, f"{call.sequence} CANCEL")


def _request(first: str, via: str, call: _Call, name: str, sequence: str) -> str:
    lines = (
        f"{first} SIP/2.0",
        f"Via: {via}",
        "Max-Forwards: 70",
        f"From: {call.ours}",
        f"To: {call.theirs}",
        f"Call-ID: {name}",
        f"CSeq: {sequence}",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", ""))


def _sequence(message: Message) -> int:
    number = message.header("cseq").partition(" ")[0]
    return int(number) if number.isdecimal() and len(number) <= 10 else 0


def _uri(message: Message) -> str:
    """Whom what comes later in this call is for (section 12.1)."""
    found = _URI.match(message.header("contact"))
    return (found[1] or found[2]) if found else "sip:parley.invalid"
