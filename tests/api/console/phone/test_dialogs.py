"""Calls that are ended from here, by what went by."""

import pytest

from api.console.phone.dialogs import Dialogs
from api.console.phone.messages import read

OURS, THEIRS = "<sip:web@parley.invalid>;tag=page", "<sip:100@parley.invalid>"
ANSWERED = f"{THEIRS};tag=asterisk"
VIA = "SIP/2.0/WS x.invalid;branch=z9hG4bKone"


def of_page(method: str, *, to: str = THEIRS, number: int = 7, call: str = "c1") -> str:
    """A request of a page that calls somebody."""
    return frame(f"{method} sip:100@parley.invalid SIP/2.0", method, OURS, to, number, call)


def of_asterisk(status: int, method: str = "INVITE", *, number: int = 7, call: str = "c1") -> str:
    """What Asterisk answers to one."""
    return frame(f"SIP/2.0 {status} Whatever", method, OURS, ANSWERED, number, call)


def frame(first: str, method: str, whose: str, to: str, number: int, call: str) -> str:
    return "\r\n".join(
        (
            first,
            f"Via: {VIA}",
            f"From: {whose}",
            f"To: {to}",
            f"Call-ID: {call}",
            f"CSeq: {number} {method}",
            "Contact: <sip:172.18.0.2:8088;transport=ws>",
            "Content-Length: 0\r\n\r\n",
        )
    )


def test_a_call_that_was_answered_is_hung_up() -> None:
    dialogs = Dialogs()
    assert dialogs.said(of_page("INVITE"))
    dialogs.heard(of_asterisk(100))
    dialogs.heard(of_asterisk(200))
    assert not dialogs.said(of_page("ACK", to=ANSWERED))
    assert not dialogs.said(of_page("INFO", to=ANSWERED, number=9))
    assert dialogs.in_call
    (end,) = dialogs.ends()
    bye = read(end)
    assert bye is not None
    assert (bye.method, bye.uri) == ("BYE", "sip:172.18.0.2:8088;transport=ws")
    names = ("from", "to", "call-id", "cseq")
    assert [bye.header(name) for name in names] == [OURS, ANSWERED, "c1", "10 BYE"]
    assert bye.header("via") != VIA
    assert not dialogs.in_call
    assert dialogs.ends() == []


def test_a_call_that_nobody_has_answered_is_given_up() -> None:
    dialogs = Dialogs()
    dialogs.said(of_page("INVITE"))
    dialogs.heard(of_asterisk(180))
    assert dialogs.in_call
    (end,) = dialogs.ends()
    cancel = read(end)
    assert cancel is not None
    assert (cancel.method, cancel.uri) == ("CANCEL", "sip:100@parley.invalid")
    assert [cancel.header(name) for name in ("via", "to", "cseq")] == [VIA, THEIRS, "7 CANCEL"]


def rung(method: str, *, to: str = "<sip:1010@x>") -> str:
    """What Asterisk asks of a telephone."""
    return frame(f"{method} sip:1010@x SIP/2.0", method, "<sip:4930@asterisk>;tag=a", to, 3, "c2")


def taken(status: int) -> str:
    """What the telephone answers."""
    to = "<sip:1010@x>;tag=page"
    return frame(f"SIP/2.0 {status} Whatever", "INVITE", "<sip:4930@asterisk>;tag=a", to, 3, "c2")


def test_a_telephone_hangs_up_what_it_has_taken() -> None:
    dialogs = Dialogs()
    dialogs.heard(rung("INVITE"))
    dialogs.said(taken(180))
    assert not dialogs.in_call
    assert dialogs.ends() == []
    dialogs.heard(rung("INVITE"))
    dialogs.said(taken(200))
    dialogs.heard(rung("ACK", to="<sip:1010@x>;tag=page"))
    assert dialogs.in_call
    (end,) = dialogs.ends()
    bye = read(end)
    assert bye is not None
    assert bye.uri == "sip:172.18.0.2:8088;transport=ws"
    assert (bye.header("from"), bye.header("to")) == ("<sip:1010@x>;tag=page", "<sip:4930@asterisk>;tag=a")


def test_a_call_is_over_when_asterisk_says_so() -> None:
    for ends in (of_asterisk(486), of_asterisk(200, "BYE", number=8), of_page("BYE", to=ANSWERED)):
        dialogs = Dialogs()
        dialogs.said(of_page("INVITE"))
        if "486" not in ends:
            dialogs.heard(of_asterisk(200))
        dialogs.heard(ends)
        assert not dialogs.in_call, ends
    dialogs = Dialogs()
    dialogs.heard(rung("INVITE"))
    dialogs.said(taken(603))
    dialogs.heard(rung("ACK"))
    dialogs.said(taken(200))
    assert not dialogs.in_call


@pytest.mark.parametrize("refused", [of_asterisk(481, "BYE", number=8), of_asterisk(488, number=8)])
def test_what_is_refused_ends_no_call(refused: str) -> None:
    dialogs = Dialogs()
    dialogs.said(of_page("INVITE"))
    dialogs.heard(of_asterisk(200))
    dialogs.said(of_page("BYE", to=f"{THEIRS};tag=made-up", number=8))
    dialogs.heard(refused)
    assert len(dialogs.ends()) == 1


def test_a_second_call_of_the_same_name_is_refused() -> None:
    dialogs = Dialogs()
    dialogs.said(of_page("INVITE"))
    with pytest.raises(ValueError, match="already"):
        dialogs.said(of_page("INVITE", number=8))


@pytest.mark.parametrize("to", ['"x;tag=1" <sip:100@parley.invalid>', "<sip:100@parley.invalid;tag=1>"])
def test_what_looks_like_a_tag_hides_no_call(to: str) -> None:
    dialogs = Dialogs()
    assert dialogs.said(of_page("INVITE", to=to))
    assert dialogs.in_call


def test_names_of_headers_may_be_short() -> None:
    dialogs = Dialogs()
    short = of_page("INVITE").replace("Call-ID:", "i:").replace("From:", "f:").replace("To:", "t:")
    dialogs.said(short.replace("Via:", "v:"))
    dialogs.heard(of_asterisk(200))
    assert "Call-ID: c1" in dialogs.ends()[0]
