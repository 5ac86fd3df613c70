"""Who lives, who takes calls, and who is gone, as gateways tell each other."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from gateway.takeover import peers as module
from gateway.takeover.peers import Peers
from parley.bus import Bus


class Gateways:
    """Any number of gateways on one Redis, which look when they are told to."""

    def __init__(self, bus: Bus, clock: list[float]) -> None:
        self.bus, self.clock = bus, clock
        self.lost: list[tuple[str, str, str]] = []

    def add(self, name: str, calls: int = 0) -> Peers:
        return Peers(
            self.bus,
            name,
            f"parley-{name}",
            calls=lambda: calls,
            on_lost=lambda gateway, app: self.lost.append((name, gateway, app)),
        )

    async def look(self, *gateways: Peers, times: int = 1) -> None:
        """Each looks several times, 0.2 s apart."""
        for _ in range(times):
            self.clock[0] += module._BEAT_S
            for gateway in gateways:
                await gateway.look()


@pytest.fixture
async def them(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateways]:
    clock = [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    bus = Bus.connect(redis_url)
    await bus._redis.delete("gateway:signs")
    yield Gateways(bus, clock)
    await bus._redis.delete("gateway:signs")
    await bus.close()


async def test_they_know_of_each_other(them: Gateways) -> None:
    a, b = them.add("a", calls=2), them.add("b", calls=3)
    await them.look(a, b, a)
    assert (a.ready, a.calls) == (True, 3)
    assert (b.ready, b.calls) == (True, 2)


async def test_one_that_drains_lives_and_takes_no_calls(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b", calls=1)
    b.draining = True
    await them.look(b, a)
    await them.look(a, b, times=20)
    assert (a.ready, a.calls, them.lost) == (False, 1, [])


async def test_one_that_tells_nothing_more_is_gone(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b", calls=1)
    await them.look(b, a)
    await them.look(a, times=round(module._SILENT_S / module._BEAT_S) - 1)
    assert them.lost == []
    await them.look(a, times=3)
    assert them.lost == [("a", "b", "parley-b")]
    assert (a.ready, a.calls) == (False, 0)


async def test_one_that_is_gone_is_found_so_once_until_it_tells_more(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    await them.look(a, times=20)
    await them.bus.fall_silent("b")
    await them.look(a)
    assert len(them.lost) == 1
    await them.look(b, a)
    assert a.ready
    await them.look(a, times=20)
    assert len(them.lost) == 2


async def test_what_could_not_be_taken_over_is_found_again(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    await them.look(a, times=10)
    a.look_again("b")
    await them.look(a, times=10)
    assert len(them.lost) == 2


async def test_one_that_says_so_is_gone_at_once(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    await b.leave()
    await them.look(b, a)
    assert them.lost == [("a", "b", "parley-b")]


async def test_one_that_comes_back_in_time_was_not_gone(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    await them.look(a, times=3)
    again = them.add("b")
    await them.look(again, a, times=5)
    assert them.lost == []


async def test_who_has_not_looked_for_a_while_takes_nobody_for_gone(them: Gateways) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    them.clock[0] += 30
    await a.look()
    assert them.lost == []
    await them.look(a, b, times=10)
    assert them.lost == []


async def test_without_redis_nobody_is_gone(them: Gateways, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = them.add("a"), them.add("b")
    await them.look(b, a)
    beat = them.bus.beat

    async def away(gateway: str, sign: bytes) -> dict[str, bytes]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(them.bus, "beat", away)
    monkeypatch.setattr(module, "_ANSWER_S", 0.01)
    await them.look(a, times=20)
    monkeypatch.setattr(them.bus, "beat", beat)
    monkeypatch.setattr(module, "_ANSWER_S", 5.0)
    await them.look(a)
    assert them.lost == []


async def test_what_cannot_be_read_tells_nothing(them: Gateways) -> None:
    await them.bus._redis.hset("gateway:signs", "old", b"?")
    a = them.add("a")
    await them.look(a, times=10)
    assert (a.ready, them.lost) == (False, [])
