"""Which calls a gateway claims, and how soon."""

import asyncio
from typing import Any, cast

import pytest

from gateway.admission import claims as module
from gateway.admission.claims import Claims
from parley.errors import AriError


class Offers:
    """A gateway that is offered calls; `log` holds what it did, in order."""

    def __init__(self, active: int = 0, *, full: bool = False) -> None:
        self.log: list[str] = []
        self.asked: list[str] = []
        """Calls for which a place was looked for."""
        self.closed = False
        self.full_ = full
        self.error: AriError | None = None
        self.loaded_ = False
        me = cast(Any, self)
        self.claims = Claims(me, me, me, lambda: active, closed=lambda: self.closed)

    def loaded(self) -> bool:
        return self.loaded_

    async def take(self, call: str) -> bool:
        self.asked.append(call)
        return not self.full_

    async def claim(self, channel: str) -> bool:
        self.log.append(channel)
        if self.error:
            raise self.error
        return True


async def order(**gateways: Offers) -> list[str]:
    """Who claims first when all are offered a call at a time."""
    done: list[str] = []

    async def offered(name: str) -> None:
        await gateways[name].claims.offered("c1")
        done.append(name)

    await asyncio.gather(*(offered(name) for name in gateways))
    return done


async def test_the_one_with_fewer_calls_is_faster() -> None:
    assert await order(busy=Offers(active=30), idle=Offers(active=2)) == ["idle", "busy"]


async def test_one_without_room_waits_for_any_that_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALL_S", 1.0)
    assert await order(full=Offers(full=True), crowded=Offers(active=500)) == ["crowded", "full"]


async def test_one_that_is_loaded_waits_and_takes_no_place() -> None:
    loaded = Offers()
    loaded.loaded_ = True
    assert await order(loaded=loaded, other=Offers(active=20)) == ["other", "loaded"]
    assert loaded.asked == []


async def test_a_place_that_is_free_meanwhile_is_taken() -> None:
    gateway = Offers(full=True)
    await gateway.claims.offered("c1")
    assert gateway.asked == ["c1", "c1"]
    assert gateway.log == ["c1"]


async def test_one_too_many_is_claimed_at_once_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FULL_S", 60.0)
    gateway = Offers(full=True)
    async with asyncio.timeout(30):
        await gateway.claims.offered("c1", wanted=False)
    assert (gateway.log, gateway.asked) == (["c1"], [])


async def test_one_that_takes_no_calls_claims_none() -> None:
    gateway = Offers()
    gateway.closed = True
    await gateway.claims.offered("c1")
    assert gateway.log == []


async def test_one_that_begins_to_drain_leaves_what_it_has_not_claimed_yet() -> None:
    class Drained(Offers):
        async def take(self, call: str) -> bool:
            self.closed = True
            return await super().take(call)

    gateway = Drained()
    await gateway.claims.offered("c1")
    assert (gateway.asked, gateway.log) == (["c1"], [])


async def test_asterisk_that_refuses_is_survived() -> None:
    gateway = Offers()
    gateway.error = AriError("POST", "events/claim", 500, "no")
    await gateway.claims.offered("c1")
    assert gateway.log == ["c1"]
