"""A call is recorded when its agent says so, and only when the caller has heard of it."""

import msgspec
import pytest

from gateway.calls.recording import opening
from parley.agents import Agent
from parley.agents.dialogue import Collect, Digits
from parley.agents.schema import Recording
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange

RECORDED = msgspec.structs.replace(
    AGENT,
    file=msgspec.structs.replace(AGENT.file, recording=Recording(enabled=True, announcement="We record.")),
)

ASKING = msgspec.structs.replace(
    RECORDED,
    file=msgspec.structs.replace(
        RECORDED.file,
        keys={"1": "collect:card", "2": "collect:order"},
        collect={
            "card": Collect(say="Your card?", digits=Digits(min=2, max=2), sensitive=True),
            "order": Collect(say="Your order?", digits=Digits(min=2, max=2)),
        },
    ),
)


async def typed(it: Exchange, keys: str) -> None:
    """The caller presses keys, and each is heard of."""
    for key in keys:
        count = len(it.bus.events("key")) + 1
        it.ari.tell("ChannelDtmfReceived", "c1", digit=key)
        await it.until(lambda count=count: len(it.bus.events("key")) == count)


async def test_calls_are_not_recorded_unless_the_agent_says_so() -> None:
    async with exchange() as it:
        await it.answered("c1")
        assert it.ari.asked("POST bridges/bridge-c1/record") == []


async def test_a_call_is_recorded_once_the_announcement_has_been_heard() -> None:
    async with exchange(agent=RECORDED) as it:
        await it.answered("c1")
        first = next(job for job in it.bus.jobs() if job.revision == 0)
        assert (first.kind, first.text) == ("line", "We record. Hello")
        await it.until(lambda: it.bus.events("recording"))
        assert it.ari.asked("POST bridges/bridge-c1/record") == [
            "POST bridges/bridge-c1/record?name=c1&format=wav&ifExists=append"
        ]
        assert it.bus.events("recording")[0]["file"] == "c1.wav"


@pytest.mark.parametrize(("agent", "interruptible"), [(AGENT, True), (RECORDED, False)])
async def test_the_announcement_cannot_be_talked_over(agent: Agent, interruptible: bool) -> None:
    async with exchange(agent=agent) as it:
        it.ari.call("c1")
        await it.until(lambda: (0, 1600) in it.plane.heard)
        assert it.plane.rows["c1"].interruptible is interruptible


async def test_a_call_that_cannot_be_recorded_goes_on() -> None:
    async with exchange(agent=RECORDED) as it:
        it.ari.refuse = {"POST bridges/bridge-c1/record": 500}
        await it.answered("c1")
        await it.until(lambda: it.ari.asked("POST bridges/bridge-c1/record"))
        it.plane.caller_speaks("c1")
        assert it.bus.events("recording") == []
        assert it.state("c1") is not None


def test_outside_the_hours_the_announcement_comes_first_as_well() -> None:
    assert opening(RECORDED, "We are closed.") == "We record. We are closed."
    assert opening(AGENT, "We are closed.") == "We are closed."
    assert opening(AGENT, "") == ""


async def test_what_is_sensitive_is_not_recorded() -> None:
    async with exchange(agent=ASKING) as it:
        await it.answered("c1")
        await it.until(lambda: it.bus.events("recording"))
        await typed(it, "1")
        await it.until(lambda: it.bus.events("recording_paused"))
        assert it.ari.asked("DELETE recordings/") == []
        await typed(it, "471")  # the number, and that it is right
        await it.until(lambda: it.bus.events("recording_resumed"))
        asked = it.ari.asked("POST recordings/") + it.ari.asked("DELETE recordings/")
        assert asked == ["POST recordings/live/c1/pause", "DELETE recordings/live/c1/pause"]


async def test_what_is_not_sensitive_is_recorded() -> None:
    async with exchange(agent=ASKING) as it:
        await it.answered("c1")
        await it.until(lambda: it.bus.events("recording"))
        await typed(it, "2471")
        await it.until(lambda: it.bus.events("collected"))
        assert it.ari.asked("POST recordings/") == []


async def test_a_recording_that_was_not_paused_is_soon() -> None:
    async with exchange(agent=ASKING) as it:
        await it.answered("c1")
        await it.until(lambda: it.bus.events("recording"))
        it.ari.refuse = {"POST recordings/": 500}
        await typed(it, "1")
        await it.until(lambda: it.ari.asked("POST recordings/"))
        it.ari.refuse = {}
        await it.until(lambda: it.bus.events("recording_paused"))


async def test_another_gateway_records_no_more_of_it() -> None:
    async with exchange(agent=ASKING) as it:
        await it.answered("c1")
        await it.until(lambda: it.bus.events("recording"))
        await typed(it, "1")
        await it.until(lambda: it.bus.events("recording_paused"))
        await it.die()
        await it.until(lambda: it.bus.events("recording_paused"))
        assert it.ari.asked("POST recordings/") == ["POST recordings/live/c1/pause"]
