"""ARI messages, as bytes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ari.protocol import AriEvent, Response, build_request, events_url, parse
from parley.errors import MessageError


def test_the_url_of_the_events() -> None:
    assert (
        events_url("http://asterisk:8088", "parley", "me", "p&ss word")
        == "ws://asterisk:8088/ari/events?app=parley&api_key=me%3Ap%26ss+word&subscribeAll=false"
    )
    assert events_url("https://pbx/prefix/", "a", "b", "c").startswith("wss://pbx/prefix/ari/events?")


def test_a_request() -> None:
    assert json.loads(build_request("7", "POST", "channels/1/answer", {"a": "b", "c": "d"})) == {
        "type": "RESTRequest",
        "request_id": "7",
        "method": "POST",
        "uri": "channels/1/answer",
        "query_strings": [{"name": "a", "value": "b"}, {"name": "c", "value": "d"}],
    }


def test_a_response_with_a_body() -> None:
    text = (
        '{"type":"RESTResponse","transaction_id":"","request_id":"3","status_code":200,"reason_phrase":"OK",'
        '"uri":"channels","message_body":"[{\\"id\\":\\"1\\"}]","asterisk_id":"02:42","application":"parley"}'
    )
    assert parse(text) == Response("3", 200, "OK", [{"id": "1"}])


@pytest.mark.parametrize("extra", [{}, {"message_body": ""}, {"message_body": None, "reason_phrase": None}])
def test_a_response_without_a_body(extra: dict[str, object]) -> None:
    answer = parse(json.dumps({"type": "RESTResponse", "request_id": "3", "status_code": 204, **extra}))
    assert answer == Response("3", 204, "", None)


def test_an_event() -> None:
    event = parse('{"type":"StasisStart","channel":{"id":"5"},"args":[]}')
    assert isinstance(event, AriEvent)
    assert (event.kind, event.channel) == ("StasisStart", {"id": "5"})


@pytest.mark.parametrize("channel", ["", ',"channel":null', ',"channel":[1]', ',"channel":"5"'])
def test_an_event_that_concerns_no_channel(channel: str) -> None:
    event = parse('{"type":"PlaybackFinished"' + channel + "}")
    assert isinstance(event, AriEvent)
    assert event.channel == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        '{"type":null}',
        '{"type":{}}',
        '{"type":"RESTResponse"}',
        '{"type":"RESTResponse","request_id":"1"}',
        '{"type":"RESTResponse","request_id":1,"status_code":200}',
        '{"type":"RESTResponse","request_id":"1","status_code":"ok"}',
        '{"type":"RESTResponse","request_id":"1","status_code":200,"message_body":"{"}',
        b"\xff\xfe",
    ],
)
def test_garbage(text: str | bytes) -> None:
    with pytest.raises(MessageError):
        parse(text)


@given(st.text() | st.binary())
def test_anything_at_all_is_a_message_or_an_error(text: str | bytes) -> None:
    with suppress(MessageError):
        parse(text)


def test_a_message_that_is_nested_too_deeply() -> None:
    with pytest.raises(MessageError, match="not an ARI message"):
        parse('{"type":' + "[" * 100_000)
