"""No event and no metric of all that a stack has done so far has a value that cannot be."""

import math
import os
import time
from typing import Any

import pytest
import requests

from caller.sound.voice import Voice
from parley.bus import EVENTS
from parley.messages import Event
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import greeted
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

LONGEST_CALL_S = 3600.0
RANGES: dict[str, tuple[float, float]] = {
    "stop_s": (0.0, 2.0),
    "voice_to_voice": (0.0, 60.0),
    "mos": (1.0, 5.0),
    "lost_pct": (0.0, 100.0),
    "jitter_ms": (0.0, 2000.0),
    "round_trip_ms": (0.0, 10_000.0),
    "revision": (-2, 10_000),
    "turn": (0, 10_000),
}
"""Of a field of an event, whatever its kind; any other number is at least 0, and none exceeds LONGEST_CALL_S…"""
COUNTED = ("packets_received", "packets_sent")
"""… but these."""
MEANS: dict[str, float] = {"parley_barge_in_stop_seconds": 2.0, "parley_turn_voice_to_voice_seconds": 60.0}
"""Most that the mean of a histogram may be; of any other in seconds: LONGEST_CALL_S."""
SIGNED = "parley_records_clock_jump_seconds"
"""A clock may be set back."""


def faults(event: Event) -> list[str]:
    """What cannot be in an event."""
    found = [] if abs(event.at - time.time()) < 7 * 86_400 else [f"{event.kind}: at {event.at}"]
    for name, value in _numbers("", event.data):
        least, most = RANGES.get(name.rpartition(".")[2], (0.0, LONGEST_CALL_S))
        if name.rpartition(".")[2] in COUNTED:
            most = math.inf
        if not (math.isfinite(value) and least <= value <= most):
            found.append(f"{event.kind} of {event.call}: {name} is {value}")
    return found


def _numbers(name: str, value: Any) -> list[tuple[str, float]]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, dict):
        return [n for key, one in value.items() for n in _numbers(f"{name}.{key}".strip("."), one)]
    if isinstance(value, list):
        return [n for one in value for n in _numbers(name, one)]
    return [(name, float(value))]


def samples(query: str) -> dict[str, float]:
    """The present values of a query, by their labels."""
    url = f"{os.environ['PROMETHEUS_URL']}/api/v1/query"
    answer = requests.get(url, params={"query": query}, timeout=30).json()
    return {str(one["metric"]): float(one["value"][1]) for one in answer["data"]["result"]}


async def test_every_value_of_all_calls_so_far_is_one_that_can_be(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    assert await call.listen(since=call.answered_at, at_most=1.0) is not None
    await call.say(voice.speak("Wait, do you repair phones?"))
    await witness.wait_for("turn", turn=1)
    await call.hangup()
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.hangup()
    await witness.wait_for("call_ended")

    events: list[Event] = []
    after = "0"
    while told := await witness.bus.events(after, block_ms=50):
        after = told[-1][0]
        events += [event for _, event in told]
    assert events, EVENTS
    assert [fault for event in events for fault in faults(event)] == []

    kinds = "_total|_count|_sum|_bucket|_ratio|_seconds"
    negative = samples(f'{{__name__=~"parley_.*({kinds})", __name__!="{SIGNED}"}} < 0')
    assert negative == {}
    for name, sums in samples('{__name__=~"parley_.*_seconds_sum"}').items():
        assert math.isfinite(sums), name
    for metric, most in MEANS.items():
        assert samples(f"{metric}_sum / {metric}_count > {most}") == {}
    assert samples(f'({{__name__=~"parley_.*_seconds_sum"}}) > {LONGEST_CALL_S} * 1000') == {}
