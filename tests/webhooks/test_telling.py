"""What is told of what happens in calls."""

import json
from typing import Any

import pytest

from parley.messages import Event
from webhooks import telling
from webhooks.telling import CallState

NOON = 1_780_000_000.0
CALL = "1732287000.7"
WHO = {"call": CALL, "agent": "shop", "caller": "1001", "extension": "100"}


def told(
    *events: tuple[str, dict[str, Any]], state: CallState | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """What is told of events that come a second each."""
    state = state or CallState()
    return [
        found
        for n, (kind, data) in enumerate(events)
        for found in telling.follow(
            state, Event(call=CALL, kind=kind, at=NOON + n, data={"agent": "shop", **data})
        )
    ]


STARTED = ("call_started", {"caller": "1001", "extension": "100"})
ENDED = ("call_ended", {"outcome": "caller_hung_up", "caller": "1001", "extension": "100"})


def test_a_call_from_its_beginning_to_its_end_with_what_the_caller_was_asked_for() -> None:
    assert told(
        STARTED,
        ("caller_said", {"text": "my order"}),
        ("collected", {"name": "order", "digits": "4711"}),
        ("collected", {"name": "email", "of": "email", "value": "a@example.com"}),
        ENDED,
        ENDED,
    ) == [
        ("call.started", WHO),
        (
            "call.ended",
            {
                **WHO,
                "started_at": "2026-05-28T20:26:40.000Z",
                "ended_at": "2026-05-28T20:26:44.000Z",
                "duration_s": 4.0,
                "outcome": "caller_hung_up",
                "fields": {"order": "4711", "email": "a@example.com"},
                "summary": "",
            },
        ),
    ]


def test_a_call_that_was_not_answered() -> None:
    ((kind, data),) = told(("call_ended", {"outcome": "busy", "caller": "1001", "extension": "100"}))
    assert kind == "call.ended"
    assert (data["started_at"], data["duration_s"], data["outcome"]) == (None, 0.0, "busy")


def test_messages_voicemail_and_transfers_that_failed() -> None:
    transfer = {"target": "sales", "to": "extension", "number": "1002"}
    assert told(
        STARTED,
        ("transfer_ended", {**transfer, "outcome": "no_answer"}),
        ("transfer_ended", {**transfer, "outcome": "taken_back"}),
        ("transfer_ended", {**transfer, "outcome": "abandoned"}),
        ("message", {"name": "Doe", "number": "555", "message": "Call me"}),
        ("voicemail", {"file": "x.wav"}),
    )[1:] == [
        ("transfer.failed", {**WHO, **transfer, "outcome": "no_answer"}),
        ("message.received", {**WHO, "name": "Doe", "number": "555", "message": "Call me"}),
        ("voicemail.left", WHO),
    ]


def test_a_call_that_another_agent_goes_on_with_stays_that_of_the_first() -> None:
    found = told(
        STARTED, ("agent_changed", {"to": "clinic"}), ("call_ended", {"agent": "clinic", "outcome": "x"})
    )
    assert [data["agent"] for _, data in found] == ["shop", "shop"]


def test_a_lost_call_ended_with_the_last_that_was_heard_of_it() -> None:
    state = CallState()
    told(STARTED, ("caller_said", {"text": "hello"}), state=state)
    data = telling.lose(CALL, state)
    assert (data["outcome"], data["duration_s"], state.ended) == ("lost", 1.0, True)


FOLLOWED = ("call_ended", {"outcome": "completed", "outcome_follows": True})


def test_the_end_of_a_call_waits_for_what_is_known_of_it() -> None:
    state = CallState()
    collected = ("collected", {"name": "order", "digits": "4711"})
    assert [kind for kind, _ in told(STARTED, collected, FOLLOWED, state=state)] == ["call.started"]
    read = {"fields": {"order": "12", "reason": "repair"}, "summary": "The order is late."}
    ((kind, data),) = told(("call_outcome", read), ("call_outcome", read), state=state)
    assert (kind, data["outcome"], data["duration_s"]) == ("call.ended", "completed", 2.0)
    assert data["fields"] == {"order": "4711", "reason": "repair"}
    assert data["summary"] == "The order is late."


def test_what_is_known_of_a_call_and_never_comes_is_not_waited_for_for_ever() -> None:
    state = CallState()
    told(STARTED, FOLLOWED, state=state)
    data = telling.lose(CALL, state)
    assert (data["outcome"], data["duration_s"], data["summary"]) == ("completed", 1.0, "")


def test_nobody_waits_for_what_was_not_announced() -> None:
    assert [kind for kind, _ in told(STARTED, ("call_outcome", {"fields": {"a": "b"}}), ENDED)] == [
        "call.started",
        "call.ended",
    ]


def test_the_events_that_are_told_change_what_is_known() -> None:
    for kind in telling.KINDS - {"collected", "caller_changed", "call_outcome"}:
        assert told((kind, {"outcome": "failed"})), kind


def test_a_body_is_as_the_specification_has_it_and_an_event_has_one_id() -> None:
    note = telling.note("call.ended", WHO, NOON, CALL, "1-0")
    assert json.loads(note.body) == {
        "type": "call.ended",
        "timestamp": "2026-05-28T20:26:40.000Z",
        "data": WHO,
    }
    assert note.id.startswith("msg_")
    assert note.id == telling.note("call.ended", {}, 0.0, "", "1-0").id
    assert note.id != telling.note("call.ended", WHO, NOON, CALL, "2-0").id


ALERT = {
    "status": "firing",
    "labels": {"alertname": "RedisDown", "severity": "critical"},
    "annotations": {"summary": "Redis does not answer", "description": 9000 * "x"},
    "startsAt": "2026-05-28T20:26:40Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "ab12",
}


def test_an_alert_is_told_when_it_begins_and_when_it_is_over_in_this_order() -> None:
    began = telling.alert(ALERT, NOON)
    over = telling.alert({**ALERT, "status": "resolved", "endsAt": "2026-05-28T20:30:00Z"}, NOON)
    data = json.loads(began.body)["data"]
    assert (data["name"], data["state"], data["severity"], data["ended_at"]) == (
        "RedisDown",
        "firing",
        "critical",
        None,
    )
    assert len(data["description"]) == 4000
    assert json.loads(over.body)["data"]["ended_at"] == "2026-05-28T20:30:00Z"
    assert began.line == over.line
    assert began.id == telling.alert(ALERT, NOON + 999).id != over.id


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b'{"alerts": [{}]}', b'{"alerts": 3}', b'{"alerts": [{"labels": 1}]}'),
        b'{"alerts": ' + b"[" * 5000,
        b'{"alerts": [{"labels": {"alertname": "\\ud83d"}}]}',
        b"\xff",
    ],
    ids=range(9),
)
def test_what_alertmanager_does_not_post_is_named_as_such(body: bytes) -> None:
    from webhooks.alerts import notes

    with pytest.raises(ValueError, match=r"."):
        notes(body, NOON)
