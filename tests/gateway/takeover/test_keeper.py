"""When it is kept where a call is."""

import asyncio

import msgspec

from gateway.takeover.keeper import Keeper
from gateway.takeover.snapshot import build
from tests.gateway.takeover.test_snapshot import SNAPSHOT


class Kept:
    """A call that may be somewhere else, and what was kept of it."""

    def __init__(self) -> None:
        self.snapshot = SNAPSHOT
        self.states: list[bytes] = []
        self.keeper = Keeper(lambda: self.snapshot, self.states.append)


async def test_what_happens_at_a_time_is_kept_once_and_in_the_end() -> None:
    it = Kept()
    it.keeper.changed()
    it.snapshot = msgspec.structs.replace(SNAPSHOT, caller="1002")
    it.keeper.changed()
    assert it.states == []
    await asyncio.sleep(0)
    assert it.states == [build(it.snapshot)]


async def test_what_has_not_changed_is_not_kept_again() -> None:
    it = Kept()
    for _ in range(3):
        it.keeper.changed()
        await asyncio.sleep(0)
    assert it.states == [build(SNAPSHOT)]


async def test_nothing_is_kept_once_the_call_ends() -> None:
    it = Kept()
    it.keeper.changed()
    it.keeper.close()
    it.keeper.changed()
    await asyncio.sleep(0)
    assert it.states == []
