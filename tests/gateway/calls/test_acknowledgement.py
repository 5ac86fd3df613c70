"""Calls that nobody acknowledges, and callers who call too often."""

import pytest

from gateway.ari import acknowledgement
from gateway.turns.events import State
from tests.fakes.gateway.exchange import exchange, rejected, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(acknowledgement, "WAIT_S", 0.1)


async def test_a_call_that_nobody_acknowledges_ends_and_has_cost_no_speech() -> None:
    async with exchange() as it:
        it.ari.acknowledged = False
        it.ari.call("c1")
        await it.until(lambda: it.bus.events("call_ended"))
        await it.over("c1")
        assert it.outcome() == "unacknowledged"
        assert it.bus.jobs() == []
        assert it.bus.events("call_started") == []
        assert "c1" not in it.ari.channels


async def test_a_caller_whom_a_gateway_before_us_had_answered_is_taken() -> None:
    async with exchange() as it:
        it.ari.acknowledged = False
        it.ari.variables["PARLEY_ACKNOWLEDGED"] = "1"
        it.ari.call("c1")
        await it.until(lambda: it.state("c1") is State.LISTENING)


async def test_a_call_that_a_telephone_has_given_to_an_agent_is_acknowledged_by_nobody() -> None:
    async with exchange() as it:
        it.ari.acknowledged = False
        it.ari.call("c1", name="Local/100@given-away-1;2")
        await it.until(lambda: it.state("c1") is State.LISTENING)


async def test_who_hangs_up_before_they_acknowledge_has_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgement, "WAIT_S", 60.0)
    async with exchange() as it:
        it.ari.acknowledged = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST bridges/bridge-c1/addChannel"))
        it.ari.hang_up("c1")
        await it.over("c1")
        assert it.outcome() == "caller_hung_up"


async def test_one_caller_does_not_get_every_line() -> None:
    before = rejected("caller_calls")
    async with exchange(calls_per_caller=2) as it:
        await it.answered("c1")
        await it.answered("c2")
        it.ari.call("c3")
        await it.until(lambda: it.ari.asked("DELETE channels/c3"))
        assert it.ari.asked("DELETE channels/c3") == ["DELETE channels/c3?reason_code=17"]
        assert rejected("caller_calls") == before + 1
        assert it.bus.events("call_ended") == []
        it.ari.call("d1", caller="1002")
        await it.until(lambda: it.state("d1") is State.LISTENING)
        it.ari.hang_up("c1")
        await it.until(lambda: it.state("c1") is None)
        await it.answered("c4")


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("caller_calls_per_minute", "caller_rate"),
        ("source_calls_per_s", "source_rate"),
        ("calls_per_s", "rate"),
    ],
)
async def test_calls_that_come_too_fast_are_refused(limit: str, reason: str) -> None:
    before = rejected(reason)
    async with exchange(**{limit: 0.5}) as it:
        await it.answered("c1")
        it.ari.call("c2")
        await it.until(lambda: it.ari.asked("DELETE channels/c2"))
        assert it.ari.asked("DELETE channels/c2") == ["DELETE channels/c2?reason_code=34"]
        assert rejected(reason) == before + 1
        assert it.state("c2") is None


async def test_a_caller_who_was_answered_already_is_never_one_too_many() -> None:
    async with exchange(calls_per_caller=1) as it:
        await it.answered("c1")
        it.ari.channels["c2"] = {**it.ari.channels["c1"], "id": "c2", "state": "Up"}
        it.ari.tell("StasisStart", "c2")
        await it.until(lambda: it.state("c2") is State.LISTENING)
