"""What was done in a call is known to its later answers."""

from parley.bus import Bus
from parley.outside.deeds import Deed


async def test_deeds_of_a_call_are_kept_in_their_order_and_go_by_themselves(bus: Bus, name: str) -> None:
    deeds = bus.commands().deeds()
    assert await deeds.of(name) == []
    booked, looked = Deed(changes=True, acts=("book",)), Deed(acts=("send",))
    await deeds.add(name, booked)
    await deeds.add(name, looked)
    assert await deeds.of(name) == [booked, looked]
    assert 0 < await bus._redis.ttl(f"call:{name}:done") <= 3600


async def test_a_call_of_many_deeds_keeps_the_last(bus: Bus, name: str) -> None:
    deeds = bus.commands().deeds()
    await deeds.add(name, Deed(acts=("pay",)))
    for _ in range(100):
        await deeds.add(name, Deed(acts=("book",)))
    assert await deeds.of(name) == [Deed(acts=("book",))] * 100
