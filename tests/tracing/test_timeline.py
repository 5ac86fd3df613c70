"""What a call's events amount to."""

import random

import pytest

from tests.tracing.call import BEGAN, CALL, EVENTS, event
from tracing.timeline import trace_of


def test_who_called_whom_and_how_it_ended() -> None:
    trace = trace_of(CALL, EVENTS)
    assert (trace.agent, trace.caller, trace.extension, trace.outcome) == (
        "shop",
        "1000",
        "100",
        "caller_hung_up",
    )
    assert (trace.start, trace.end) == (BEGAN, BEGAN + 10)


def test_who_spoke_when() -> None:
    said = [
        (s.who, round(s.start - BEGAN, 3), round(s.end - BEGAN, 3), s.text, s.whole)
        for s in trace_of(CALL, EVENTS).speeches
    ]
    assert said == [
        ("agent", 0.1, 2.1, "Hello.", True),
        # From the first of two stretches to the last voiced packet, which the turn's clock tells.
        ("caller", 3.0, 5.0, "When do you open?", True),
        ("agent", 6.5, 7.3, "At", False),
        ("caller", 7.0, 8.5, "Goodbye.", True),
    ]


def test_where_the_time_of_a_turn_went() -> None:
    (turn,) = trace_of(CALL, EVENTS).turns
    assert (turn.start, turn.end) == (BEGAN + 5.0, BEGAN + 6.5)
    stages = {s.name: (round(s.start - turn.start, 3), round(s.end - turn.start, 3)) for s in turn.stages}
    assert stages == {
        "endpoint": (0.0, 0.6),
        "stt": (0.25, 0.55),
        "transport": (0.55, 0.6),
        "llm": (0.6, 1.1),
        "tts": (1.1, 1.2),
        "playout": (1.48, 1.5),
    }


def test_everything_else_is_kept_with_its_data() -> None:
    moments = [(m.kind, m.data) for m in trace_of(CALL, EVENTS).moments]
    assert moments == [("key", {"digit": "5"}), ("barge_in", {"outcome": "interrupted", "stop_s": 0.06})]


def test_events_may_come_in_any_order() -> None:
    shuffled = random.Random(1).sample(EVENTS, len(EVENTS))
    assert trace_of(CALL, shuffled) == trace_of(CALL, EVENTS)


@pytest.mark.parametrize("missing", range(len(EVENTS)))
def test_any_event_may_be_missing(missing: int) -> None:
    trace = trace_of(CALL, EVENTS[:missing] + EVENTS[missing + 1 :])
    spans = [(s.start, s.end) for turn in trace.turns for s in turn.stages]
    assert all(start <= end for start, end in [*spans, *((s.start, s.end) for s in trace.speeches)])


def test_an_acknowledgement_is_no_beginning_of_a_turn() -> None:
    events = [
        event("caller_speaks", 1.0),
        event("barge_in", 1.5, outcome="resumed"),
        event("caller_speaks", 4.0),
        event("caller_said", 5.0, turn=1, text="Hm."),
    ]
    (said,) = trace_of(CALL, events).speeches
    assert said.start == BEGAN + 4.0


def test_a_call_that_goes_on_has_no_outcome() -> None:
    assert trace_of(CALL, EVENTS[:3]).outcome == ""
