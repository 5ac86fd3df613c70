"""A browser says nothing to Asterisk but what makes a call of its own user's."""

import pytest

from api.console.phone.messages import signed

BODY = "v=0\r\nö\r\n"
INVITE = (
    "INVITE sip:100@parley.invalid SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
    "X-Parley-Web: guessed\r\nX-Parley-User: eve\r\n"
    f"Content-Length: {len(BODY.encode())}\r\n\r\n{BODY}"
)
BYE = "BYE sip:172.18.0.2:8088 SIP/2.0\r\nCSeq: 2 BYE\r\nl: 0\r\n\r\n"


def test_who_calls_stands_before_all_that_the_browser_wrote() -> None:
    first, ours, user, rest = signed(INVITE, "secret", "anna").split("\r\n", 3)
    assert (first, ours, user) == (
        "INVITE sip:100@parley.invalid SIP/2.0",
        "X-Parley-Web: secret",
        "X-Parley-User: anna",
    )
    assert f"{first}\r\n{rest}" == INVITE


@pytest.mark.parametrize("frame", [BYE, "SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"])
def test_what_ends_a_call_and_what_answers_is_passed_on(frame: str) -> None:
    assert signed(frame, "secret", "anna").endswith(frame.split("\r\n", 1)[1])


@pytest.mark.parametrize("frame", ["\r\n", "\r\n\r\n"])
def test_a_sign_of_life_is_passed_on_as_it_is(frame: str) -> None:
    assert signed(frame, "secret", "anna") == frame


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        BYE + BYE,
        BYE.replace("BYE sip", "REGISTER sip"),
        BYE.replace("BYE sip", "MESSAGE sip"),
        BYE.replace("BYE sip", "REFER sip"),
        "\r\n" + BYE,
        BYE.replace("l: 0\r\n", ""),
        BYE.replace("l: 0", "l: 1"),
        BYE.replace("l: 0", "l: 0\r\nContent-Length: 0"),
        BYE.replace("l: 0", "l:\r\n 0"),
        BYE.replace("l: 0\r\n", "l: 0\n"),
        BYE.replace("CSeq", "X: a\rCSeq"),
        BYE.replace("CSeq", "X: a\0\r\nCSeq"),
        BYE.replace("l: 0\r\n\r\n", "l: 0\n\r\n") + BYE,
    ],
)
def test_what_is_not_one_message_of_a_call_is_refused(frame: str) -> None:
    with pytest.raises(ValueError, match=r"message|line"):
        signed(frame, "secret", "anna")
