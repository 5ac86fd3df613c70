"""What the console says itself by SIP."""

import hashlib
import re

import pytest

from api.console.people.sip import Identity, answer
from api.console.phone.messages import read

OLGA = Identity("1010", "olga", "the-secret")
INVITE = (
    "INVITE sip:1010@172.18.0.9:40000;transport=ws SIP/2.0\r\n"
    "Via: SIP/2.0/WS 172.18.0.2:8088;rport;branch=z9hG4bKone\r\n"
    "Via: SIP/2.0/WS 10.0.0.1;branch=z9hG4bKtwo\r\n"
    'From: "4930" <sip:4930@172.18.0.2>;tag=a\r\n'
    "To: <sip:1010@172.18.0.9>\r\n"
    "Contact: <sip:asterisk@172.18.0.2>\r\n"
    "Call-ID: c-1\r\n"
    "CSeq: 7 INVITE\r\n"
    "X-Parley-Call: 1732.5\r\n"
    "Content-Length: 0\r\n\r\n"
)


def test_a_request_is_read() -> None:
    message = read(INVITE)
    assert message is not None
    assert (message.method, message.status, message.about) == ("INVITE", 0, "INVITE")
    assert (message.call, message.header("x-parley-call")) == ("c-1", "1732.5")
    assert message.begins
    again = read(INVITE.replace("To: <sip:1010@172.18.0.9>", "To: <sip:1010@172.18.0.9>;tag=b"))
    assert again is not None
    assert not again.begins


def test_its_answer_goes_the_way_that_it_came() -> None:
    message = read(INVITE)
    assert message is not None
    lines = answer(message, 486, "mine").split("\r\n")
    assert lines[0] == "SIP/2.0 486 Busy Here"
    assert lines[1:3] == [
        "Via: SIP/2.0/WS 172.18.0.2:8088;rport;branch=z9hG4bKone",
        "Via: SIP/2.0/WS 10.0.0.1;branch=z9hG4bKtwo",
    ]
    assert "To: <sip:1010@172.18.0.9>;tag=mine" in lines
    assert lines[-3:] == ["Content-Length: 0", "", ""]
    told = read("\r\n".join(lines))
    assert told is not None
    assert (told.method, told.status, told.about, told.call) == ("", 486, "INVITE", "c-1")
    assert ";tag=" not in answer(message, 100).split("To:")[1].split("\r\n")[0]


@pytest.mark.parametrize("frame", ["", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "invite x SIP/2.0\r\n\r\n"])
def test_what_is_no_message_is_none(frame: str) -> None:
    assert read(frame) is None


def test_it_is_the_console_that_registers_a_telephone_and_proves_it() -> None:
    registration = OLGA.registration("reg-1", 3, 300).split("\r\n")
    assert registration[0] == "REGISTER sip:parley.invalid SIP/2.0"
    assert "Contact: <sip:1010@parley.invalid;transport=ws>" in registration
    assert {"CSeq: 3 REGISTER", "Expires: 300", "To: <sip:1010@parley.invalid>"} <= set(registration)
    assert "the-secret" not in "".join(registration)
    challenge = 'Digest realm="parley",nonce="17/ab==",opaque="4f",algorithm=MD5,qop="auth"'
    proven = read(OLGA.registration("reg-1", 4, 300, challenge))
    assert proven is not None
    told = dict(re.findall(r'(\w+)="?([^",]+)"?', proven.header("authorization")))
    assert (told["username"], told["realm"], told["nonce"], told["opaque"]) == (
        "console",
        "parley",
        "17/ab==",
        "4f",
    )

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    expected = md5(
        md5("console", "parley", "the-secret"),
        "17/ab==",
        told["nc"],
        told["cnonce"],
        "auth",
        md5("REGISTER", told["uri"]),
    )
    assert told["response"] == expected


def test_an_errand_is_acknowledged_in_its_own_transaction() -> None:
    errand = OLGA.errand("pause", "e-1")
    asked = read(errand)
    assert asked is not None
    final = read(answer(asked, 486, "theirs"))
    assert final is not None
    said = OLGA.acknowledgement("pause", final)
    ack = read(said)
    assert ack is not None
    assert ack.method == "ACK"
    assert ack.header("via") == asked.header("via")
    assert ack.header("to") == "<sip:pause@parley.invalid>;tag=theirs"
    assert (ack.call, ack.header("cseq"), ack.header("from")) == ("e-1", "1 ACK", asked.header("from"))


def test_what_a_page_says_is_signed_with_the_number() -> None:
    bye = "BYE sip:x@y SIP/2.0\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n"
    assert OLGA.signed(bye).split("\r\n")[1:3] == ["X-Parley-Web: the-secret.1010", "X-Parley-User: olga"]
    with pytest.raises(ValueError, match="no message of a call"):
        OLGA.signed(bye.replace("BYE", "REGISTER"))
