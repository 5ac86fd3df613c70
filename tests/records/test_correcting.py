"""Corrections are kept with their call, over a real Redis."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from parley.bus import Bus
from parley.outside.over.corrections import Correction
from parley.privacy import masking
from records.correcting import Correcting
from records.store import Store
from tests.records.test_asking import over


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    await bus._redis.delete("jobs:correction")
    yield bus
    await bus._redis.delete("jobs:correction")
    await bus.close()


@pytest.fixture
def masked() -> Iterator[None]:
    masking.configure(("telephone",))
    yield
    masking.configure(())


async def told(store: Store, bus: Bus, text: str, turn: int = 1, call: str = "c1") -> str:
    """What becomes of a correction."""
    ways = bus.commands().corrections()
    correction = Correction(id=uuid.uuid4().hex, call=call, turn=turn, text=text, by="console.olga")
    await ways.leave(correction)
    await Correcting(store, ways).take(5.0)
    kept = await bus._redis.blpop([f"correction:{correction.id}"], timeout=5)
    return kept[1].decode()


def lines(store: Store) -> list[tuple[str, str]]:
    record = store.record("c1")
    assert record is not None
    return [(line.text, line.corrected) for line in record.turns]


async def test_a_correction_is_kept_and_withdrawn(store: Store, bus: Bus) -> None:
    over(store)
    assert "kept" in await told(store, bus, "Wo ist mein Päckchen?")
    assert lines(store)[0] == ("Wo ist mein Paket?", "Wo ist mein Päckchen?")
    assert "kept" in await told(store, bus, "Was ist mein Paket?")
    assert lines(store)[0] == ("Wo ist mein Paket?", "Was ist mein Paket?")
    assert "kept" in await told(store, bus, "")
    assert lines(store)[0] == ("Wo ist mein Paket?", "")


async def test_what_is_not_kept_has_none(store: Store, bus: Bus) -> None:
    over(store)
    assert "gone" in await told(store, bus, "Hello?", turn=9)
    assert "gone" in await told(store, bus, "Hello?", call="c2")


async def test_it_goes_with_its_call(store: Store, bus: Bus) -> None:
    over(store)
    await told(store, bus, "Wo ist mein Päckchen?")
    store.forget({"c1"})
    assert store.corrections.of("c1") == {}


@pytest.mark.usefixtures("masked")
async def test_it_is_masked_as_what_was_said_is(store: Store, bus: Bus) -> None:
    over(store)
    await told(store, bus, "My number is +49 30 123456.")
    assert lines(store)[0][1] == "My number is [telephone]."


async def test_one_who_is_told_while_it_runs_is_answered(store: Store, bus: Bus) -> None:
    over(store)
    ways = bus.commands().corrections()
    running = asyncio.create_task(Correcting(store, ways).run())
    answer = await ways.ask(Correction(id=uuid.uuid4().hex, call="c1", turn=1, text="Hm?", by="x"), 10.0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert answer is not None
    assert answer.result == "kept"
