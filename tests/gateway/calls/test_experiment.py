"""Two versions of an agent on the telephone: who gets which, and that it stays theirs."""

import msgspec
import pytest

from gateway.takeover.snapshot import parse
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Experiment
from parley.experiment.choice import is_other
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

FILE = AgentFile(
    company="Shop",
    extensions=("100",),
    greeting="Hello",
    persona="p",
    keys={"7": "agent:exchange"},
    experiment=Experiment(name="shorter", share=50, change={"farewell": "Bye."}),
)
OTHER = Agent(name="exchange", file=msgspec.structs.replace(FILE, farewell="Bye."), variant="b")
AGENT = Agent(name="exchange", file=FILE, variant="a", other=OTHER)
NUMBERS = [f"+49301234{number}" for number in range(100, 120)]
OF_A, OF_B = (
    next(number for number in NUMBERS if is_other("exchange", "shorter", 50, number) is other)
    for other in (False, True)
)


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


async def calls(it: Exchange, call: str, caller: str) -> None:
    it.ari.call(call, "100", caller)
    await it.until(lambda: it.state(call) is State.LISTENING)


@pytest.mark.parametrize(("caller", "variant", "key"), [(OF_A, "a", "exchange"), (OF_B, "b", "exchange~b")])
async def test_a_call_tells_its_version_and_asks_workers_for_it(caller: str, variant: str, key: str) -> None:
    async with exchange(AGENT) as it:
        await calls(it, "c1", caller)
        it.ari.hang_up("c1")
        await it.over("c1")
        for kind in ("call_started", "call_ended"):
            (told,) = it.bus.events(kind)
            assert (told["agent"], told["experiment"], told["variant"]) == ("exchange", "shorter", variant)
        assert {job.agent for job in it.bus.jobs()} == {key}


async def test_another_gateway_goes_on_with_the_same_version() -> None:
    async with exchange(AGENT) as it:
        await calls(it, "c1", OF_B)
        await it.until(lambda: "c1" in it.bus.states)
        kept = parse(it.bus.states["c1"])
        assert (kept.agent, kept.way.agent) == ("exchange~b", "exchange~b")
        # There everybody would get the other one by now.
        nobody = Experiment(name="shorter", share=0, change={"farewell": "Bye."})
        none = msgspec.structs.replace(FILE, experiment=nobody)
        it.agent = Agent(name="exchange", file=none, variant="a", other=OTHER)
        await it.die()
        await it.until(lambda: it.bus.events("call_resumed") and it.bus.jobs())
        assert {job.agent for job in it.bus.jobs()} == {"exchange~b"}
        it.ari.hang_up("c1")
        await it.over("c1")
        assert it.bus.events("call_ended")[-1]["variant"] == "b"


async def test_who_comes_back_from_another_agent_has_their_version_again() -> None:
    async with exchange(AGENT) as it:
        await calls(it, "c1", OF_B)
        it.ari.press("c1", "7")
        await it.until(lambda: it.bus.events("agent_changed"))
        await it.until(lambda: len(it.bus.jobs()) > 1)
        assert {job.agent for job in it.bus.jobs()} == {"exchange~b"}
