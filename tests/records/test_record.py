"""A record from a call's events, in the order in which the gateway tells them."""

import pytest

from parley.messages import Event
from records.record import assemble, iso

START = 1_780_000_000.0


def event(kind: str, after: float, **data: object) -> Event:
    return Event(call="c1", kind=kind, at=START + after, data={"agent": "shop", **data})


CALL = [
    event("call_started", 0, caller="1001", extension="100"),
    event("agent_said", 2, revision=0, text="Hello.", whole=True),
    event("caller_said", 5, turn=1, text="When do you open?"),
    event("caller_speaks", 4),
    event("filler", 5.1),
    event("turn", 6, turn=1, revision=3, voice_to_voice=1.25, stt=0.5),
    event("key", 7, digit="#"),
    event("barge_in", 7.5, outcome="interrupted", stop_s=0.08),
    event("agent_said", 8, revision=3, text="At nine, and on", whole=False),
    event("transfer", 9, target="sales", outcome="answered"),
    event("recording", 9.5, file="c1.wav"),
    event("call_ended", 10, outcome="transferred"),
]


def test_a_record_says_what_happened() -> None:
    record = assemble("c1", CALL)
    assert (record.agent, record.caller, record.extension) == ("shop", "1001", "100")
    assert (record.duration_s, record.outcome, record.recording) == (10.0, "transferred", "c1.wav")
    assert record.started_at == "2026-05-28T20:26:40.000Z"
    assert [(line.who, line.text, line.turn, line.whole) for line in record.turns] == [
        ("agent", "Hello.", None, True),
        ("caller", "When do you open?", 1, True),
        ("agent", "At nine, and on", 1, False),
    ]
    assert record.turns[2].latency_s == {"voice_to_voice": 1.25, "stt": 0.5}
    assert record.keys == [{"at": "2026-05-28T20:26:47.000Z", "digit": "#"}]
    assert record.transfers == [
        {"at": "2026-05-28T20:26:49.000Z", "kind": "transfer", "target": "sales", "outcome": "answered"}
    ]


def test_who_goes_on_after_the_agent_began_has_one_line() -> None:
    again = event("caller_said", 8.5, turn=2, text="When do you open? On Sunday?", again=True)
    lines = assemble("c1", [*CALL[:9], again, CALL[-1]]).turns
    assert [(line.who, line.text) for line in lines] == [
        ("agent", "Hello."),
        ("agent", "At nine, and on"),
        ("caller", "When do you open? On Sunday?"),
    ]


def test_what_has_no_place_of_its_own_is_kept_too() -> None:
    (other,) = assemble("c1", CALL).events
    assert (other["kind"], other["outcome"]) == ("barge_in", "interrupted")


def test_a_call_whose_end_nobody_told_is_lost() -> None:
    record = assemble("c1", CALL[:3])
    assert (record.outcome, record.duration_s) == ("lost", 5.0)


def test_a_call_that_a_second_gateway_took_over_has_its_first_beginning_and_its_last_outcome() -> None:
    again = event("call_started", 4, caller="1001", extension="100")
    record = assemble("c1", [CALL[0], CALL[1], again, *CALL[2:], event("call_ended", 11, outcome="lost")])
    assert (record.started_at, record.outcome) == ("2026-05-28T20:26:40.000Z", "lost")


def test_a_call_that_never_began_has_an_end_only() -> None:
    record = assemble("c1", [event("call_ended", 0, outcome="failed")])
    assert (record.caller, record.turns, record.duration_s, record.outcome) == ("", [], 0.0, "failed")


def test_who_gave_up_before_there_was_an_answer_is_known_by_the_end() -> None:
    ended = event("call_ended", 2, outcome="caller_hung_up", caller="1001", extension="100")
    record = assemble("c1", [event("outage", 0), ended])
    assert (record.caller, record.extension, record.duration_s) == ("1001", "100", 2.0)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (1e18, "9999-12-31T00:00:00.000Z"),
        (-1e18, "1970-01-01T00:00:00.000Z"),
        (float("nan"), "1970-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_that_no_calendar_has_does_not_end_the_export(at: float, text: str) -> None:
    assert iso(at) == text


def test_a_record_tells_which_version_of_an_experiment_the_caller_got() -> None:
    part = {"experiment": "shorter", "variant": "b"}
    started, ended = (
        event("call_started", 0, **part),
        event("call_ended", 9, outcome="silent", mos=4.1, **part),
    )
    # Who gives up before there is an answer is told of at the end alone.
    for events in ([started, ended], [ended]):
        record = assemble("c1", events)
        assert (record.experiment, record.variant) == ("shorter", "b")
        assert record.quality == {"mos": 4.1}
    assert (assemble("c1", CALL).experiment, assemble("c1", CALL).variant) == ("", "")
