"""Calls that a caller's telephone gives to somebody else."""

import pytest

from gateway.turns.events import State
from tests.fakes.gateway.exchange import exchange, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


async def test_who_is_put_on_the_line_is_greeted_and_has_the_conversation() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.tell("ChannelHold", "c1")  # an attended transfer begins with a hold
        await it.until(lambda: it.state("c1") is State.HELD)
        it.ari.give("c1", "n1")
        await it.until(lambda: len(it.bus.events("agent_said")) == 2)
        await it.until(lambda: it.state("c1") is State.LISTENING)
        it.plane.caller_speaks("c1")
        assert it.state("c1") is State.CALLER_SPEAKING
        it.ari.hang_up("n1")
        await it.over("c1")
        assert it.outcome() == "caller_hung_up"
        assert [e["caller"] for e in it.bus.events("call_ended")] == ["1001"]


async def test_while_somebody_is_rung_nothing_is_said() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.give("c1", "n1", up=False)
        await it.until(lambda: it.state("c1") is State.HELD)
        assert len(it.bus.events("agent_said")) == 1
        it.ari.pick_up("n1")
        await it.until(lambda: len(it.bus.events("agent_said")) == 2)
        await it.until(lambda: it.state("c1") is State.LISTENING)


@pytest.mark.parametrize(
    ("half", "who"),
    [
        ("Local/1002@given-away-00000001;1", "1002"),
        ("Local/_attended@transfer-00000003;1", ""),
        ("PJSIP/1002-00000007", ""),
    ],
)
async def test_who_is_rung_is_who_calls_from_then_on(half: str, who: str) -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.give("c1", "n1", half, up=False)
        await it.until(lambda: it.bus.events("caller_changed"))
        assert it.bus.events("caller_changed")[0]["caller"] == who
        it.ari.hang_up("n1")
        await it.over("c1")
        assert it.bus.events("call_ended")[0]["caller"] == (who or "1001")


async def test_somebody_who_does_not_answer_ends_the_call() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.give("c1", "n1", up=False)
        await it.until(lambda: it.state("c1") is State.HELD)
        it.ari.hang_up("n1")
        await it.over("c1")


async def test_a_call_can_be_given_away_twice_and_is_hung_up_at_last() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.give("c1", "n1")
        it.ari.give("n1", "n2", "Local/1002@given-away-2;1")
        await it.until(lambda: it.state("c1") is State.LISTENING)
        it.switchboard._roster.calls["c1"].end("too_long")
        await it.over("c1")
        assert it.ari.asked("DELETE channels/n2")
        assert not it.switchboard._channels._moved


async def test_two_agents_do_not_get_to_talk_to_each_other() -> None:
    async with exchange() as it:
        await it.answered("c1")
        await it.answered("c2")
        it.ari.give("c1", "n1", "Local/_attended@transfer-00000003;1")
        it.ari.give("c2", "n2", "Local/_attended@transfer-00000003;2")
        await it.over("c1")
        await it.over("c2")


async def test_what_is_no_conversation_is_not_given_away() -> None:
    async with exchange() as it:
        it.ari.channels["x1"] = {"id": "x1"}
        it.ari.give("x1", "n1")
        await it.until(lambda: it.ari.asked("DELETE channels/n1"))


async def test_a_call_that_was_given_away_goes_on_when_the_connection_to_asterisk_is_lost() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.give("c1", "n1")
        await it.until(lambda: len(it.bus.events("agent_said")) == 2)
        it.ari.drop()
        await it.until(lambda: it.ari.requests.count("GET channels") == 2)
        assert it.state("c1") is State.LISTENING
