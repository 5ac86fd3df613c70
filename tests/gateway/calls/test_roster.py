"""Calls that live side by side: what breaks one, and how all of them end."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.calls import roster
from tests.fakes.gateway.exchange import exchange, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(roster, "_END_S", 1.0)


async def test_a_call_that_breaks_is_struck_off_and_the_others_go_on() -> None:
    async with exchange() as it:
        await it.answered("c1")
        await it.answered("c2")

        async def broken() -> None:
            raise RuntimeError("broken")

        calls = it.switchboard._roster
        lost = calls.calls["c1"]
        breaking = SimpleNamespace(id="c3", overflow=False, run=broken)
        calls.start(calls.calls, cast(Any, breaking))
        assert calls.line("c3") is breaking
        await it.until(lambda: calls.line("c3") is None)
        assert calls.line("c1") is lost
        assert calls.counted() == ["c1", "c2"]


async def test_a_clean_stop_says_goodbye_and_refuses_new_calls() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.plane.speed = 16  # the farewell takes its time
        closing = asyncio.create_task(it.switchboard.close(5))
        await it.until(lambda: it.bus.jobs()[-1].kind == "farewell")
        it.ari.call("c2")
        await it.until(lambda: it.ari.asked("DELETE channels/c2"))
        assert it.ari.asked("DELETE channels/c2") == ["DELETE channels/c2?reason_code=34"]
        it.plane.speed = 16_000
        await closing
        assert it.outcome() == "completed"
        assert it.bus.history[-1] == ("assistant", "line 1")


async def test_a_stop_does_not_wait_for_calls_that_are_being_set_up() -> None:
    async with exchange() as it:
        it.ari.media_comes_up = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        async with asyncio.timeout(10):
            await it.switchboard.close(30)
        assert it.outcome() == "stopped"


async def test_a_stop_ends_calls_whose_goodbye_does_not_come() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.silent_workers = True
        async with asyncio.timeout(3):
            await it.switchboard.close(0.1)
        assert it.outcome() == "stopped"
        assert "c1" not in it.ari.channels


async def test_a_stop_with_everything_away_is_bounded() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.bus.hangs = True
        it.ari.mute = {"DELETE", "POST"}
        async with asyncio.timeout(4):
            await it.switchboard.close(0.1)
        it.ari.hang_up("media-c1")
        it.ari.bridges.clear()


@pytest.mark.parametrize("number", [20])
async def test_nothing_is_left_after_many_calls_that_end_in_any_way(number: int) -> None:
    async with exchange() as it:
        for n in range(number):
            it.ari.call(f"c{n}")
            if n % 4:
                await asyncio.sleep(0.003 * n)  # hung up at every stage of the set-up
            it.ari.hang_up(f"c{n}" if n % 3 else f"media-c{n}")
        await it.until(lambda: len(it.bus.events("call_ended")) >= number - number // 3)
        for n in range(number):
            if f"c{n}" in it.ari.channels:
                it.ari.hang_up(f"c{n}")
        await it.until(lambda: not it.switchboard._roster.calls)
        await it.until(lambda: not it.plane.rows)
        assert not [c for c in it.ari.channels if c.startswith("media-")]
        assert it.ari.bridges == set()
