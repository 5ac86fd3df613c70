"""Every message that crosses the containers."""

import types
import typing
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import messages
from parley.errors import MessageError
from parley.event_log import read_event
from parley.messages import AnyMessage, Cancel, Message, Speech, decode, encode, letters

KINDS: list[type[Message]] = Message.__subclasses__()


def example(kind: Any) -> Any:
    """Some value of a type, no default among them."""
    if typing.get_origin(kind) is typing.Literal:
        return typing.get_args(kind)[-1]
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return example(next(part for part in typing.get_args(kind) if part is not type(None)))
    if typing.get_origin(kind) is dict:
        return {"a": [1, "b", None]}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{field: example(hint) for field, hint in typing.get_type_hints(kind).items()})
    return {str: "wörds", bool: False, int: 7, float: 0.5, bytes: b"\x00\xff"}[kind]


def test_every_message_can_be_decoded() -> None:
    assert set(typing.get_args(AnyMessage)) == set(KINDS)
    assert len(KINDS) >= 8


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_round_trip(kind: type[Message]) -> None:
    message = example(kind)
    again = decode(encode(message))
    assert again == message
    assert type(again) is kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_messages_are_frozen(kind: type[Message]) -> None:
    with pytest.raises(AttributeError):
        example(kind).call = "other"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_an_older_service_does_not_know_is_ignored(kind: type[Message]) -> None:
    fields = msgspec.msgpack.decode(encode(example(kind))) | {"later": 1}
    assert decode(msgspec.msgpack.encode(fields)) == example(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_field_that_is_missing_or_wrong_is_named(kind: type[Message]) -> None:
    fields = msgspec.msgpack.decode(encode(example(kind)))
    with pytest.raises(MessageError, match="call"):
        decode(msgspec.msgpack.encode({k: v for k, v in fields.items() if k != "call"}))
    with pytest.raises(MessageError, match=r"\$\.call"):
        decode(msgspec.msgpack.encode(fields | {"call": 5}))


@given(st.binary())
def test_garbage(data: bytes) -> None:
    with pytest.raises(MessageError):
        decode(data)


@given(st.binary(max_size=64), st.integers(0, 60))
def test_a_message_that_was_cut_or_hurt_is_a_message_or_an_error(noise: bytes, at: int) -> None:
    data = encode(Speech(call="c", turn=1, revision=2, seq=0, text="hello", pcm=bytes(20)))
    with suppress(MessageError):
        assert isinstance(decode(data[:at] + noise + data[at + len(noise) :]), Message)


def test_a_message_that_is_nested_too_deeply() -> None:
    fields = {"type": "Event", "call": "c", "kind": "k", "at": 0.0}
    data = msgspec.msgpack.encode(fields)
    deep = b"\x85" + data[1:] + b"\xa4data" + b"\x81\xa1a" * 100_000 + b"\xc0"
    with pytest.raises(MessageError):
        decode(deep)


def test_an_unknown_kind() -> None:
    with pytest.raises(MessageError, match="type"):
        decode(msgspec.msgpack.encode({"type": "Nonsense", "call": "c"}))


@pytest.mark.parametrize(
    ("revision", "keep", "covered"),
    [(3, -1, [0, 1, 2, 3]), (3, 1, [0, 2, 3]), (0, 0, []), (3, 5, [0, 1, 2, 3])],
)
def test_what_a_cancel_covers(revision: int, keep: int, covered: list[int]) -> None:
    cancel = Cancel(call="c", revision=revision, keep=keep)
    assert [r for r in range(6) if cancel.covers(r)] == covered


def test_every_message_says_what_it_is_for() -> None:
    assert all(kind.__doc__ for kind in KINDS)
    assert messages.__doc__


def test_the_same_words_have_the_same_letters() -> None:
    assert letters("Re-enter it: Straße 7!") == letters("reenter it STRASSE 7") == "reenteritstrasse7"
    assert letters("what do you sell") != letters("what do you smell")
    assert letters("… !") == ""


@pytest.mark.parametrize(
    "text",
    [b'{"call":"\xff"}', b"[" * 100_000, b'{"data":' + b'{"a":' * 100_000, b"{}", b"", b'{"type":"Event"}'],
)
def test_an_event_that_cannot_be_read_is_none(text: bytes) -> None:
    assert read_event({b"event": text}) is None
    assert read_event({}) is read_event(None) is None
