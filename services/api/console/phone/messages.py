"""What a browser may say to Asterisk: one SIP message in each frame of a WebSocket (RFC 7118, section 5). Pure."""

import re
from dataclasses import dataclass

LONGEST = 16_384
"""Bytes; an offer of a browser's has 2 to 4 kB."""
_ALIVE = {"\r\n", "\r\n\r\n"}
"""A sign of life, and the answer to one (RFC 5626, section 4.4.1)."""
_FIRST = re.compile(
    r"(?:INVITE|ACK|BYE|CANCEL|OPTIONS|INFO|UPDATE) \S+ SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} [^\r\n]*"
)
"""What makes and ends a call, and answers. Not REGISTER: nobody calls the page; not REFER: it gives no call away; not
MESSAGE: that is a chat."""
_SHORT = {"i": "call-id", "f": "from", "t": "to", "v": "via", "m": "contact"}
"""Names of headers that may be written short (RFC 3261, section 7.3.3)."""
_ASIDE = re.compile(r'"(?:\\.|[^"\\])*"|<[^>]*>')
"""Of an address: what it is called, and the address itself; its tag stands behind them."""
_TAG = re.compile(r"(?i);\s*tag\s*=")
_LENGTH = re.compile(r"(?im)^(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,5})[ \t]*\r?$")


def signed(frame: str, secret: str, name: str) -> str:
    """The message with what tells Asterisk that it comes from the console, and from which user of it.

    Raise ValueError for what is not one message that a call needs: of two in a frame, Asterisk would take the second
    one for somebody else's.
    """
    if frame in _ALIVE:
        return frame
    head, end, body = frame.partition("\r\n\r\n")
    first, _, headers = head.partition("\r\n")
    if not end or not _FIRST.fullmatch(first):
        raise ValueError("this is no message of a call")
    # Asterisk would end a line at either of the two alone, and so see another end of the headers.
    if {"\r", "\n", "\0"} & set(head.replace("\r\n", "")):
        raise ValueError("a line ends with CR LF")
    if _LENGTH.findall(f"{headers}\r\n") != [str(len(body.encode()))]:
        raise ValueError("Content-Length is not that of this message")
    # Before all others: of headers with one name the first one counts.
    return f"{first}\r\nX-Parley-Web: {secret}\r\nX-Parley-User: {name}\r\n{headers}{end}{body}"


@dataclass(frozen=True, slots=True)
class Message:
    """One that came."""

    method: str
    """Of a request; empty: it is an answer."""
    uri: str
    """Of a request."""
    status: int
    """Of an answer; 0: it is a request."""
    headers: tuple[tuple[str, str], ...]
    """Names in small letters, in their order."""

    def header(self, name: str) -> str:
        """The first header of this name; empty: there is none."""
        return next((value for each, value in self.headers if each == name), "")

    @property
    def call(self) -> str:
        """Its Call-ID."""
        return self.header("call-id")

    @property
    def about(self) -> str:
        """The method that it is about."""
        return self.method or self.header("cseq").partition(" ")[2].strip()

    @property
    def begins(self) -> bool:
        """Whether it asks for a new call."""
        return self.method == "INVITE" and not _TAG.search(_ASIDE.sub("", self.header("to")))


def read(frame: str) -> Message | None:
    """Read a message; None: it is none, but a sign of life or worse."""
    head = frame.partition("\r\n\r\n")[0]
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    named = ((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)
    headers = tuple((_SHORT.get(name, name), value) for name, value in named)
    if found := re.fullmatch(r"SIP/2\.0 ([1-6][0-9]{2}) .*", first):
        return Message("", "", int(found[1]), headers)
    if found := re.fullmatch(r"([A-Z]+) (\S+) SIP/2\.0", first):
        return Message(found[1], found[2], 0, headers)
    return None
