"""How long a call has lasted is known wherever it goes on, and whatever the clock says."""

import time

import pytest
from msgspec.structs import replace

from gateway.calls.arrival import Arrival
from parley.agents import Agent, AgentFile
from tests.gateway.takeover.test_snapshot import SNAPSHOT

SHOP = Agent(name="shop", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"))


def arrival(minutes: int | None, ago_s: float) -> Arrival:
    kept = replace(SNAPSHOT, minutes=minutes)
    return Arrival("c1", "1001", "100", SHOP, kept=kept, at=time.time() - ago_s)


@pytest.mark.parametrize(
    ("minutes", "ago_s", "lasted_s"),
    [
        (2, 150, 150),
        (2, 150 + 3600, 120),  # the clock was set an hour ahead
        (2, 150 + 90 * 86_400, 120),
        (2, 150 - 3600, 120),  # and back
        (2, 100, 120),
        (None, 150, 150),  # an older gateway's
        (None, -5, 0),
    ],
)
def test_a_clock_that_was_set_makes_no_call_longer(
    minutes: int | None, ago_s: float, lasted_s: float
) -> None:
    it = arrival(minutes, ago_s)
    assert it.spent_s == pytest.approx(lasted_s, abs=1)
    assert it.lasted_s == pytest.approx(lasted_s, abs=5)


def test_a_new_call_has_not_lasted() -> None:
    assert Arrival("c1", "1001", "100", SHOP, at=time.time() - 100).spent_s == 0
