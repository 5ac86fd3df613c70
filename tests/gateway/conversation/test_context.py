"""How turns are taken with an agent: as set, but for what its file says."""

from typing import Any, cast

import msgspec
import pytest

from gateway.conversation.context import Context
from gateway.turns.memory import TurnSettings
from parley.agents import Agent, AgentFile
from parley.agents.schema import Limits, Recording

FILE = AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p")
SETTINGS = TurnSettings(caller_silence_s=12.0, greeting_interruptible=True)
CONTEXT = Context("gw", cast(Any, None), cast(Any, None), SETTINGS, budget_s=2.5)


@pytest.mark.parametrize(("said", "silence_s"), [(None, 12.0), (30.0, 30.0)])
def test_an_agent_may_wait_longer_for_a_caller(said: float | None, silence_s: float) -> None:
    file = msgspec.structs.replace(FILE, limits=Limits(silence_s=said))
    assert CONTEXT.turns_of(Agent(name="shop", file=file)).caller_silence_s == silence_s


@pytest.mark.parametrize("recorded", [True, False])
def test_whoever_is_recorded_hears_so_to_the_end(recorded: bool) -> None:
    file = msgspec.structs.replace(FILE, recording=Recording(enabled=recorded))
    assert CONTEXT.turns_of(Agent(name="shop", file=file)).greeting_interruptible is not recorded
