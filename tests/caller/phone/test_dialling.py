"""Dialling on a busy machine, where what becomes of a call comes with the answer to the command."""

from collections.abc import Callable
from typing import Any

import baresip
import pytest

from caller.phone.dialling import dial

HANDLE = 7


class Runtime:
    """Of the stack's, who listens to it."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[baresip.StackEvent], None]] = []
        self.subscribe = self.listeners.append
        self.unsubscribe = self.listeners.remove

    def tell(self, event: baresip.Event, call: int, text: str = "") -> None:
        for listener in list(self.listeners):
            listener(baresip.StackEvent(event, call=call, text=text))


class Agent:
    """Whose call has had its events before it is there."""

    def __init__(self, runtime: Runtime, *early: tuple[baresip.Event, int]) -> None:
        self._runtime = runtime
        self._early = early

    async def dial(self, _uri: str, _headers: dict[str, str] | None) -> baresip.Call:
        for event, call in self._early:
            self._runtime.tell(event, call, "486 Busy Here")
        runtime: Any = self._runtime
        return baresip.Call(runtime, handle=HANDLE, ua_handle=1, state=baresip.CallState.OUTGOING)


async def dialled(runtime: Runtime, *early: tuple[baresip.Event, int]) -> baresip.Call:
    given: Any = runtime
    agent: Any = Agent(runtime, *early)
    return await dial(given, agent, "sip:100@127.0.0.1", None)


async def test_a_call_that_was_answered_before_anybody_listened_is_answered() -> None:
    runtime = Runtime()
    call = await dialled(runtime, (baresip.Event.CALL_ESTABLISHED, HANDLE))
    await call.wait_established(0.01)
    assert len(runtime.listeners) == 1, "the call alone"


async def test_a_call_that_was_refused_before_anybody_listened_is_refused() -> None:
    call = await dialled(Runtime(), (baresip.Event.CALL_CLOSED, HANDLE))
    with pytest.raises(baresip.CallFailed):
        await call.wait_established(0.01)


async def test_what_is_told_of_another_call_is_not_its_own() -> None:
    runtime = Runtime()
    call = await dialled(runtime, (baresip.Event.CALL_ESTABLISHED, HANDLE + 1))
    assert call.state is baresip.CallState.OUTGOING
    runtime.tell(baresip.Event.CALL_ESTABLISHED, HANDLE)
    await call.wait_established(0.01)
