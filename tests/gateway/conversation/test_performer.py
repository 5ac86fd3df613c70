"""What is done for an action, where no whole conversation shows it."""

import asyncio
from typing import Any, cast

from gateway.conversation.errands import Errands
from gateway.conversation.performer import Performer
from gateway.conversation.speaking import Speaking
from gateway.conversation.watch import TurnWatch
from gateway.turns import actions as turn_actions
from gateway.turns.end_of_turn import Silences
from gateway.waits import Waits
from parley.agents import Agent, AgentFile
from tests.fakes.bus import FakeBus
from tests.fakes.gateway.plane import FakePlane

CALL = "c1"
AGENT = Agent(name="shop", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"))


def performer(bus: FakeBus, fired: list[None]) -> tuple[Performer, Errands]:
    plane = cast(Any, FakePlane())
    plane.add(CALL, "127.0.0.1", 4000, interruptible=False)
    errands = Errands(cast(Any, bus), "gw", CALL, AGENT)
    watch = TurnWatch(CALL, errands, Silences(), budget_s=2.0, waits=Waits())
    speaking = Speaking(plane, CALL)
    return Performer(plane, CALL, speaking, errands, watch, on_timer=lambda: fired.append(None)), errands


async def test_a_timer_takes_the_place_of_the_one_before() -> None:
    fired: list[None] = []
    hands, _ = performer(FakeBus(), fired)
    hands.perform(turn_actions.SetTimer(0.0))
    hands.perform(turn_actions.SetTimer(0.0))
    await asyncio.sleep(0.01)
    assert len(fired) == 1


async def test_nothing_happens_after_the_end_and_what_was_prepared_is_stale() -> None:
    fired: list[None] = []
    bus = FakeBus()
    hands, errands = performer(bus, fired)
    hands.perform(turn_actions.Say("line", 1, 3, "Hello"))
    hands.perform(turn_actions.SetTimer(0.0))
    hands.end(3)
    errands.close()
    await errands.run()
    await asyncio.sleep(0.01)
    assert not fired
    assert ("cancel", 3, -1) in bus.done
