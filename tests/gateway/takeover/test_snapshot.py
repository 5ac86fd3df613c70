"""Where a call is, there and back; what is damaged, old or new is not guessed at."""

import msgspec
import pytest

from gateway.conversation.resumption import Talk
from gateway.keys.way import Typed, Way
from gateway.people.course import Away
from gateway.takeover.snapshot import Snapshot, build, parse
from gateway.turns.memory import Kept
from parley.errors import MessageError

SNAPSHOT = Snapshot(
    gateway="gw-1",
    caller="1001",
    extension="100",
    agent="shop",
    at=1_700_000_000.5,
    minutes=12,
    talk=Talk(
        turns=Kept(turn=3, revision=17, language="de", state="talking", said=("Grüße", "ja"), choice_s=7.0),
        line="Ihre Nummer?",
        asked="Wann öffnen Sie?",
        repeats="Wann",
        said="Gern.",
        greeted=True,
    ),
    way=Way(
        "shop",
        "de",
        ("main", "sales"),
        1,
        "desk",
        "menu:main",
        Typed(name="order", digits="47", confirming=True, tries=2, refused="46", either=("45", "44")),
    ),
    away=Away(target="desk", wait=True, away=True),
    recorded=True,
)


def test_there_and_back() -> None:
    assert parse(build(SNAPSHOT)) == SNAPSHOT


def test_the_same_state_is_the_same_bytes() -> None:
    assert build(SNAPSHOT) == build(parse(build(SNAPSHOT)))


def test_a_field_of_a_newer_gateway_is_left_out_and_one_of_an_older_has_its_default() -> None:
    fields = msgspec.json.decode(build(SNAPSHOT))
    fields["new"] = 1
    del fields["recorded"]
    read = parse(msgspec.json.encode(fields))
    assert read == msgspec.structs.replace(SNAPSHOT, recorded=False)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "truncated"),
        (b'{"gateway":', "truncated"),
        (b"\xff\xfe", "malformed"),
        (b"{}", "gateway"),
        (build(SNAPSHOT).replace(b'"turn":3', b'"turn":"3"'), r"turns.turn"),
        (build(SNAPSHOT).replace(b'"talking"', b'"dancing"'), r"turns.state"),
        (build(SNAPSHOT).replace(b'"version":1', b'"version":2'), "version must be 1, not 2"),
        (b"[" * 100_000, "state"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, named: str) -> None:
    with pytest.raises(MessageError, match=named):
        parse(data)
