"""What is heard of calls while they go on: from a real Redis."""

from collections.abc import AsyncIterator

import pytest

from parley.bus import Bus
from simulate.voice.witness import Witness, watching


@pytest.fixture
async def witness(bus: Bus) -> AsyncIterator[Witness]:
    async with watching(bus) as seen:
        yield seen


async def test_a_call_is_known_by_who_began_it(bus: Bus, witness: Witness) -> None:
    await bus.emit("call_started", "c1", caller="1000")
    assert await witness.until(lambda: witness.begun("1000", 0), 20)
    seen = witness.seen
    assert not await witness.until(lambda: witness.begun("1000", seen), 0.01)
    await bus.emit("call_started", "c2", caller="1002")
    await bus.emit("call_started", "c3", caller="1000")
    assert await witness.until(lambda: witness.begun("1000", seen), 20)
    assert (witness.begun("1000", seen), witness.begun("1002", seen)) == ("c3", "c2")


async def test_what_was_told_of_a_call_is_of_it_alone(bus: Bus, witness: Witness) -> None:
    for call, kind in (("c1", "agent_speaks"), ("c2", "agent_said"), ("c1", "agent_said")):
        await bus.emit(kind, call, revision=1)
    assert await witness.until(lambda: len(witness.of("c1")) == 2, 20)
    assert [event.kind for event in witness.of("c1")] == ["agent_speaks", "agent_said"]
    assert [event.call for event in witness.of("c2", "agent_said", "call_ended")] == ["c2"]
