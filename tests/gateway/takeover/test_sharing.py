"""Several gateways at one Asterisk: who takes a call, how many there may be, and what becomes of one that stops."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.ari import leftovers
from gateway.calls import switchboard
from gateway.takeover.vigil import Sign
from gateway.turns.events import State
from tests.fakes.gateway.exchange import Exchange, exchange, rejected, shorten
from tests.fakes.servers.ari_server import make_channel


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
async def it() -> AsyncIterator[Exchange]:
    async with exchange() as it:
        await it.answered("c1")
        yield it


async def told(it: Exchange, beat: int = 1, **fields: object) -> None:
    """Another gateway tells of itself, and ours looks."""
    sign = {"app": "parley-other", "calls": 0, "draining": False, "beat": beat} | fields
    it.bus.shared.signs["other"] = msgspec.json.encode(msgspec.convert(sign, Sign))
    await it.switchboard.sharing.peers.look()


async def test_a_call_that_is_offered_is_claimed_and_has_a_place() -> None:
    async with exchange() as it:
        it.ari.offer("c1")
        await it.until(lambda: it.state("c1") is State.LISTENING)
        assert it.ari.asked("POST events/claim") == ["POST events/claim?channelId=c1&application=parley-gw"]
        assert it.bus.shared.places == {"c1": "gw"}


async def test_one_that_another_gateway_was_faster_with_is_left_to_it() -> None:
    async with exchange() as it:
        it.ari.offer("c1")
        it.ari.offered.clear()
        await it.until(lambda: it.ari.asked("POST events/claim"))
        await it.answered("c2")
        assert it.state("c1") is None


async def test_calls_of_all_gateways_together_have_so_many_places() -> None:
    async with exchange(max_calls=3) as it:
        it.bus.shared.places |= {"x1": "other", "x2": "other"}
        it.ari.offer("c1")
        await it.until(lambda: it.state("c1") is State.LISTENING)
        busy = rejected("busy")
        it.ari.offer("c2")
        await it.until(lambda: rejected("busy") == busy + 1)
        assert it.state("c2") is None
        del it.bus.shared.places["x1"]
        it.ari.offer("c3")
        await it.until(lambda: it.state("c3") is State.LISTENING)


async def test_a_place_is_free_as_soon_as_its_call_is_over(it: Exchange) -> None:
    running = asyncio.create_task(it.switchboard.sharing.run())
    try:
        await it.until(lambda: it.bus.shared.places == {"c1": "gw"})
        it.ari.hang_up("c1")
        await it.over("c1")
        await it.until(lambda: it.bus.shared.places == {})
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_call_that_is_refused_keeps_no_place() -> None:
    async with exchange() as it:
        it.ari.offer("c1", "999")
        await it.until(lambda: it.ari.asked("DELETE channels/c1"))
        await it.until(lambda: it.bus.shared.places == {})


async def test_one_caller_has_no_more_calls_since_there_are_two_gateways() -> None:
    async with exchange(calls_per_caller=2) as it:
        await told(it, callers=["1001", "1002"])
        await it.answered("c1")
        refused = rejected("caller_calls")
        it.ari.call("c2")
        await it.until(lambda: rejected("caller_calls") == refused + 1)


async def test_calls_that_other_gateways_take_count_for_how_often_one_calls() -> None:
    async with exchange(caller_calls_per_minute=1.0) as it:
        it.ari.offer("c1")
        it.ari.offered.clear()  # the other one takes it
        await it.until(lambda: it.ari.asked("POST events/claim"))
        refused = rejected("caller_rate")
        it.ari.offer("c2")
        await it.until(lambda: rejected("caller_rate") == refused + 1)
        assert it.bus.shared.places == {"c1": "gw"}


@pytest.mark.parametrize("context", ["accept", "back"])
async def test_a_persons_leg_and_a_caller_who_comes_back_need_no_place(context: str) -> None:
    async with exchange() as it:
        it.ari.offer("p1", context=context)
        it.ari.offered.clear()  # the other one takes it
        await it.until(lambda: it.ari.asked("POST events/claim"))
        assert it.bus.shared.places == {}


async def test_a_gateway_that_is_gone_is_forgotten_when_its_calls_go_on_here(it: Exchange) -> None:
    shared = it.bus.shared
    it.ari.channels["c2"] = make_channel("c2", "100")
    it.ari.others.add("c2")
    shared.places |= {"c2": "other", "c3": "other"}
    await told(it, calls=2)
    await told(it, beat=2, calls=2, left=True)
    await it.until(lambda: it.state("c2") is State.LISTENING)
    await it.until(lambda: "other" not in shared.signs)
    assert shared.places == {"c1": "gw", "c2": "gw"}


async def test_what_cannot_be_taken_over_is_tried_again(it: Exchange) -> None:
    it.ari.channels["c2"] = make_channel("c2", "100")
    it.ari.others.add("c2")
    it.ari.refuse["GET applications/parley-other"] = 500
    await told(it, left=True)
    await it.until(lambda: it.ari.asked("GET applications/parley-other"))
    assert it.state("c2") is None
    it.ari.refuse.clear()
    async with asyncio.timeout(10):
        while it.state("c2") is not State.LISTENING:
            await it.switchboard.sharing.peers.look()
            await asyncio.sleep(0.01)


async def test_two_agents_of_two_gateways_do_not_get_to_talk_to_each_other(it: Exchange) -> None:
    await told(it)
    it.ari.channels["n2"] = make_channel("n2") | {"name": "Local/_attended@transfer-00000003;2"}
    it.ari.others.add("n2")
    it.ari.give("c1", "n1", "Local/_attended@transfer-00000003;1")
    await it.over("c1")
    assert it.outcome() == "caller_hung_up"


async def test_a_gateway_that_drains_takes_no_call_and_ends_none(it: Exchange) -> None:
    await told(it)
    draining = asyncio.create_task(it.switchboard.drain(60))
    await it.until(lambda: it.switchboard.sharing.peers.draining)
    it.ari.offer("c2")
    await it.answered("c3")  # what came after it is dealt with
    assert not it.ari.asked("POST events/claim")
    assert it.state("c1") is State.LISTENING
    assert not draining.done()
    for call in ("c1", "c3"):
        it.ari.hang_up(call)
    await asyncio.wait_for(draining, 5)
    assert it.outcome() == "caller_hung_up"
    assert msgspec.json.decode(it.bus.shared.signs["gw"], type=Sign).left


async def test_a_call_that_was_claimed_just_before_a_gateway_drains_is_served(
    it: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switchboard, "_LOOK_S", 1.0)
    await told(it)
    it.ari.hang_up("c1")
    await it.over("c1")
    draining = asyncio.create_task(it.switchboard.drain(60))
    await it.until(lambda: it.switchboard.sharing.peers.draining)
    await it.answered("c2")
    assert not draining.done()
    it.ari.hang_up("c2")
    await asyncio.wait_for(draining, 5)


async def test_what_is_left_after_its_time_is_the_other_gateways(it: Exchange) -> None:
    await told(it)
    await it.switchboard.drain(0)
    assert it.state("c1") is None
    assert "c1" in it.ari.channels
    assert "c1" in it.bus.states
    assert it.bus.events("call_ended") == []
    assert [job for job in it.bus.jobs() if getattr(job, "kind", "") == "line"] == []


@pytest.mark.parametrize("fields", [{"draining": True}, {"left": True}])
async def test_without_another_gateway_callers_are_told_goodbye(
    it: Exchange, fields: dict[str, object]
) -> None:
    await told(it, **fields)
    await it.switchboard.drain(60)
    await it.switchboard.close(2)
    assert it.outcome() == "completed"


async def test_an_empty_bridge_is_removed_by_who_has_made_it_or_when_that_one_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leftovers, "LOOK_S", 0.01)
    async with exchange() as it:
        await told(it)
        it.ari.bridges |= {"bridge-theirs", "bridge-mine", "bridge-nobodys"}
        it.ari.bridge_names |= {
            "bridge-theirs": "parley-other",
            "bridge-mine": "parley-gw",
            "bridge-nobodys": "parley-dead",
        }
        await it.until(lambda: it.ari.bridges == {"bridge-theirs"})
        looks = len(it.ari.asked("GET bridges"))
        await it.until(lambda: len(it.ari.asked("GET bridges")) > looks + 2)
        assert it.ari.bridges == {"bridge-theirs"}
        await told(it, beat=2, left=True)
        await it.until(lambda: not it.ari.bridges)


async def test_a_bridge_tells_whose_it_is(it: Exchange) -> None:
    assert it.ari.bridge_names == {"bridge-c1": "parley-gw"}
