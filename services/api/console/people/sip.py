"""SIP (RFC 3261) as far as the console says it itself, for a page that is not there; a message a frame. Pure."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from api.console.phone.messages import Message, signed

_HOST = "parley.invalid"
"""Nobody looks at it: Asterisk answers by the line that something came by."""
_REGISTRAR = "console"
"""As whom the console registers telephones."""
_REASONS = {
    100: "Trying",
    200: "OK",
    480: "Temporarily Unavailable",
    481: "Call Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
}
_BACK = ("via", "from", "to", "call-id", "cseq")
"""Headers of a request that its answers have, too (section 8.2.6.2)."""


def answer(request: Message, status: int, tag: str = "") -> str:
    """What is said to a request; `tag`: ours in this dialog, which every final answer has."""
    lines = [f"SIP/2.0 {status} {_REASONS[status]}"]
    for name, value in request.headers:
        if name in _BACK:
            ends = f";tag={tag}" if name == "to" and tag and ";tag=" not in value else ""
            lines.append(f"{name.title()}: {value}{ends}")
    return _whole(lines)


@dataclass(frozen=True, slots=True)
class Identity:
    """A telephone, as Asterisk knows it."""

    number: str
    user: str
    """Of the console."""
    secret: str
    """Which Asterisk knows the console by."""

    def signed(self, frame: str) -> str:
        """The message with what tells Asterisk whose it is; raise ValueError for what no call needs."""
        return signed(frame, f"{self.secret}.{self.number}", self.user)

    def registration(self, call: str, sequence: int, lasts_s: int, challenge: str = "") -> str:
        """Be rung by this line for so long; 0: no more. `challenge`: what is asked for (WWW-Authenticate), if it was.

        It is the console that registers, and proves that by a password: what a header identifies, nobody may register.
        """
        proof = (
            [f"Authorization: {digest(challenge, 'REGISTER', f'sip:{_HOST}', self.secret)}"]
            if challenge
            else []
        )
        return _whole(
            [
                f"REGISTER sip:{_HOST} SIP/2.0",
                _via(),
                "Max-Forwards: 70",
                f"From: <sip:{_REGISTRAR}@{_HOST}>;tag={call[:8]}",
                f"To: <sip:{self.number}@{_HOST}>",
                f"Call-ID: {call}",
                f"CSeq: {sequence} REGISTER",
                f"Contact: <sip:{self.number}@{_HOST};transport=ws>",
                f"Expires: {lasts_s}",
                *proof,
            ]
        )

    def errand(self, word: str, call: str) -> str:
        """Have the dialplan do something (context `from-console`); it answers with a refusal in any case."""
        contact = f"Contact: <sip:{self.number}@{_HOST};transport=ws>"
        return self._of_errand("INVITE", word, call, _via(), f"<sip:{word}@{_HOST}>", contact)

    def acknowledgement(self, word: str, final: Message) -> str:
        """End an errand, which was answered so (section 17.1.1.3: in the transaction of what it is about)."""
        return self._of_errand("ACK", word, final.call, f"Via: {final.header('via')}", final.header("to"))

    def _of_errand(self, method: str, word: str, call: str, via: str, to: str, *more: str) -> str:
        return _whole(
            [
                f"{method} sip:{word}@{_HOST} SIP/2.0",
                f"X-Parley-Web: {self.secret}.{self.number}",
                f"X-Parley-User: {self.user}",
                via,
                "Max-Forwards: 70",
                f"From: <sip:{self.number}@{_HOST}>;tag={call[:8]}",
                f"To: {to}",
                f"Call-ID: {call}",
                f"CSeq: 1 {method}",
                *more,
            ]
        )


def digest(challenge: str, method: str, uri: str, password: str) -> str:
    """What proves a password to who challenges by RFC 2617 (MD5, `auth`), as the console's user."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    nonce, once = asked.get("nonce", ""), secrets.token_hex(8)
    whose = _md5(f"{_REGISTRAR}:{asked.get('realm', '')}:{password}")
    response = _md5(f"{whose}:{nonce}:00000001:{once}:auth:{_md5(f'{method}:{uri}')}")
    told = {"username": _REGISTRAR, "realm": asked.get("realm", ""), "nonce": nonce, "uri": uri}
    told |= {"response": response, "cnonce": once, "opaque": asked.get("opaque", "")}
    quoted = ", ".join(f'{name}="{value}"' for name, value in told.items())
    return f"Digest {quoted}, qop=auth, nc=00000001, algorithm=MD5"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _via() -> str:
    return f"Via: SIP/2.0/WS {_HOST};branch=z9hG4bK{secrets.token_hex(8)}"


def _whole(lines: list[str]) -> str:
    return "\r\n".join([*lines, "Content-Length: 0", "", ""])
