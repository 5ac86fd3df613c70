"""Dialling: which of the stack's calls is the one that was made."""

import pytest

from caller.errors import CallFailed
from parley.bus import Bus
from simulate.voice import telephone
from simulate.voice.telephone import USER, Telephone
from simulate.voice.witness import Witness, watching


class FakeCall:
    def __init__(self) -> None:
        self.hung_up = False

    async def hangup(self) -> None:
        self.hung_up = True


class FakePhone:
    """The stack tells of each of its calls, and of somebody else's."""

    def __init__(self, bus: Bus, *, tells: bool = True) -> None:
        self._bus = bus
        self._tells = tells
        self.calls: list[FakeCall] = []

    async def dial(self, _extension: str) -> FakeCall:
        self.calls.append(FakeCall())
        await self._bus.emit("call_started", "other", caller="1002")
        if self._tells:
            await self._bus.emit("call_started", f"c{len(self.calls)}", caller=USER)
        return self.calls[-1]


async def test_calls_at_a_time_are_told_apart(bus: Bus) -> None:
    phone = FakePhone(bus)
    async with watching(bus) as witness:
        at = Telephone(phone, witness)  # type: ignore[arg-type]
        async with at.dialled("100") as first, at.dialled("101") as second:
            assert (first.id, second.id) == ("c1", "c2")
            assert [call.hung_up for call in phone.calls] == [False, False]
        assert [call.hung_up for call in phone.calls] == [True, True]


async def test_a_call_of_which_nothing_is_told_is_none(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephone, "_TOLD_S", 0.01)
    phone = FakePhone(bus, tells=False)
    with pytest.raises(CallFailed, match="the stack tells nothing"):
        async with Telephone(phone, Witness(bus)).dialled("100"):  # type: ignore[arg-type]
            pass
    assert phone.calls[0].hung_up
