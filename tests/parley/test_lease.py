"""What one process does at a time, against a real Redis."""

import asyncio
from contextlib import suppress

import pytest

from parley import lease
from parley.bus import Bus


async def test_others_wait_for_who_has_it(bus: Bus, name: str) -> None:
    course: list[str] = []

    async def work(who: str) -> None:
        async with bus.alone(name):
            course.append(f"{who} begins")
            await asyncio.sleep(0.1)
            course.append(f"{who} ends")

    await asyncio.gather(*(work(who) for who in "abc"))
    assert course[0::2] == [f"{each[0]} begins" for each in course[1::2]]
    assert len(course) == 6


async def test_it_is_kept_for_longer_than_it_lasts(
    bus: Bus, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LASTS_S", 1.0)
    monkeypatch.setattr(lease, "KEEP_EVERY_S", 0.1)
    async with bus.alone(name):
        waiting = asyncio.create_task(_pass(bus, name))
        await asyncio.sleep(1.5)
        assert not waiting.done()
    await waiting


async def test_who_died_with_it_leaves_it_after_a_while(bus: Bus, name: str) -> None:
    await bus._redis.set(f"lease:{name}", "somebody who is gone", px=300)
    await _pass(bus, name)
    assert not await bus._redis.exists(f"lease:{name}")


async def test_who_fails_gives_it_back(bus: Bus, name: str) -> None:
    with suppress(LookupError):
        async with bus.alone(name):
            raise LookupError
    assert not await bus._redis.exists(f"lease:{name}")


async def test_without_redis_everybody_goes_on() -> None:
    away = Bus.connect("redis://127.0.0.1:9")
    await asyncio.gather(_pass(away, "work"), _pass(away, "work"))
    await away.close()


async def _pass(bus: Bus, name: str) -> None:
    async with bus.alone(name):
        pass
