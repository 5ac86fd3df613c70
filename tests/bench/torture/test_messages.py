"""The torture set: many kinds of strange, each another message every time."""

from bench.torture.messages import MESSAGES, filled
from tests.stack.asterisk.sip import parse


def sent(message: bytes, n: int = 7) -> bytes:
    return filled(message, host="192.0.2.1", port=5070, server="192.0.2.2", n=n)


def test_each_is_another_one_and_most_differ_from_call_to_call() -> None:
    assert len(MESSAGES) == len(set(MESSAGES)) > 70
    assert sum(sent(message, 1) != sent(message, 2) for message in MESSAGES) > 65


def test_nothing_is_left_to_be_filled_in() -> None:
    assert not any(
        name in sent(message)
        for message in MESSAGES
        for name in (b"{host}", b"{n}", b"{method}", b"{uri}", b"{length}")
    )


def test_the_first_is_a_call_as_it_should_be() -> None:
    head, _, body = sent(MESSAGES[0]).decode().partition("\r\n\r\n")
    assert head.startswith(
        "INVITE sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bK7"
    )
    assert body.startswith("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n")
    headers = parse(f"SIP/2.0 200 OK\r\n{head.partition(chr(10))[2]}").headers
    assert headers["content-type"] == "application/sdp"
