"""What a browser may say to Asterisk: one SIP message in each frame of a WebSocket (RFC 7118, section 5). Pure."""

import re

LONGEST = 16_384
"""Bytes; an offer of a browser's has 2 to 4 kB."""
_ALIVE = {"\r\n", "\r\n\r\n"}
"""A sign of life, and the answer to one (RFC 5626, section 4.4.1)."""
_FIRST = re.compile(
    r"(?:INVITE|ACK|BYE|CANCEL|OPTIONS|INFO|UPDATE) \S+ SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} [^\r\n]*"
)
"""What makes and ends a call, and answers. Not REGISTER: nobody calls the page; not REFER: it gives no call away; not
MESSAGE: that is a chat."""
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
