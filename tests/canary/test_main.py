"""The canary's loop: when it calls, when it does not, and that it stops at once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from canary import __main__ as canary
from canary.settings import CanarySettings
from canary.verdict import Verdict
from parley.errors import ParleyError
from parley.service import Service

AGENTS = Path(__file__).parents[2] / "agents"


class Calls:
    """The calls that were made, and what became of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.shown: list[Verdict] = []
        self.full = ""
        self.ready = True
        self.hangs = False
        monkeypatch.setattr(canary, "call", self._call)
        monkeypatch.setattr(canary, "why_not_now", lambda _: self.full)
        monkeypatch.setattr(canary, "is_ready", lambda _: self.ready)
        monkeypatch.setattr(canary.metrics, "show", lambda verdict, _: self.shown.append(verdict))
        monkeypatch.setattr(canary, "_LOOK_EVERY_S", 0.01)

    async def _call(self, script: Path, server: str) -> Verdict:
        self.made.append(f"{script.name} {server}")
        if self.hangs:
            await asyncio.Event().wait()
        return Verdict("ok")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


async def run(until: Callable[[Service], bool], **settings: Any) -> Service:
    """Run the canary until something is so, then stop it."""
    service = Service("canary")
    task = asyncio.create_task(
        canary.main(CanarySettings(agents_dir=str(AGENTS), **settings), service), name="canary"
    )
    for _ in range(500):
        if until(service) or task.done():
            break
        await asyncio.sleep(0.01)
    service.stopping.set()
    await asyncio.wait_for(task, 5)
    assert until(service)
    return service


async def test_it_calls_and_shows_what_came_of_it(calls: Calls) -> None:
    await run(lambda _: bool(calls.shown), canary_interval_s=300)
    assert calls.made == ["canary.yaml asterisk:5060"]
    assert [verdict.outcome for verdict in calls.shown] == ["ok"]


async def test_it_calls_again_and_again(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(stopping: asyncio.Event, seconds: float) -> None:
        assert seconds == 60
        await asyncio.sleep(0)

    monkeypatch.setattr(canary, "_sleep", at_once)
    await run(lambda _: len(calls.shown) >= 3, canary_interval_s=60)


async def test_without_an_interval_it_never_calls(calls: Calls) -> None:
    await run(lambda service: service.ready, canary_interval_s=0)
    assert calls.made == []


async def test_where_there_is_no_room_a_skip_is_shown(calls: Calls) -> None:
    calls.full = "there is room for 1 calls only"
    await run(lambda _: bool(calls.shown))
    assert calls.made == []
    assert (calls.shown[0].outcome, calls.shown[0].faults) == ("skipped", (calls.full,))


async def test_after_a_skip_it_looks_again_sooner(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def at_once(stopping: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        calls.full = ""
        await asyncio.sleep(0)

    calls.full = "there is room for 1 calls only"
    monkeypatch.setattr(canary, "_sleep", at_once)
    await run(lambda _: len(pauses) >= 2, canary_interval_s=300)
    assert pauses[:2] == [60, 300]


async def test_it_waits_for_the_agent_to_be_ready_and_is_ready_itself(calls: Calls) -> None:
    calls.ready = False
    await run(lambda service: service.ready)
    assert calls.made == []


async def test_a_call_that_goes_on_does_not_hold_up_the_stop(calls: Calls) -> None:
    calls.hangs = True
    await run(lambda _: bool(calls.made))
    assert calls.shown == []


async def test_a_script_that_is_not_there_is_named(calls: Calls) -> None:
    with pytest.raises(ParleyError, match=r"nobody/canary\.yaml"):
        await run(lambda _: False, canary_script="nobody/canary.yaml")
