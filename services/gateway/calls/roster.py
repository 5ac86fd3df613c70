"""Everybody who is on the line at this gateway, and the tasks in which their calls have their life."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.ari.kinds import token_of
from gateway.ari.protocol import Json
from gateway.calls.call import Call
from gateway.calls.overflow import BusyCall
from gateway.people.diverted import DivertedCall
from gateway.people.screening import Screening
from gateway.people.supervision import Supervision
from parley import log

_END_S = 3.0
"""How long a call that has been ended may take to clean up."""

_log = log.get("roster")


class Roster:
    """Calls and people by their channel. Each is struck off when its `run` has returned."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.screenings: dict[str, Screening] = {}
        """People who are being told of a call."""
        self.busy: dict[str, BusyCall] = {}
        """Calls that are told that there is no room."""
        self.diverted: dict[str, DivertedCall] = {}
        """Calls that go to people, since the agent cannot answer them."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when a call has come or gone."""
        self._tasks: set[asyncio.Task[None]] = set()

    def line(self, channel: str) -> Call | BusyCall | Screening | None:
        """Whatever has this channel on the media plane."""
        return self.calls.get(channel) or self.busy.get(channel) or self.screenings.get(channel)

    def has(self, channel: str) -> bool:
        """Whether anybody has this channel on the media plane."""
        return self.line(channel) is not None

    def counted(self) -> list[str]:
        """Calls that the limit is about."""
        return [channel for channel, call in self.calls.items() if not call.overflow]

    def callers(self) -> list[str]:
        """Whose calls there are, all counted."""
        return [call.caller for call in self.calls.values()]

    def calls_of(self, caller: str) -> int:
        """Calls of one number."""
        return sum(call.caller == caller for call in self.calls.values())

    def overflowing(self) -> int:
        """Calls for which there was no room, and that are told so or led elsewhere."""
        return len(self.busy) + len(self.diverted) + len(self.calls) - len(self.counted())

    def gone(self, channel: str, *, destroyed: bool) -> None:
        """A caller whom no agent answered has left our application, or is gone (`destroyed`); or who is in a call."""
        if busy := self.busy.get(channel):
            busy.end()
        elif diverted := self.diverted.get(channel):
            diverted.on_gone(destroyed=destroyed)
        elif supervision := self.supervision(channel):
            supervision.gone()

    def supervision(self, name: str) -> Supervision | None:
        """Of which call a channel is, that is none's caller, or a token lets into."""
        return next((call.supervision for call in self.calls.values() if call.supervision.has(name)), None)

    def shows_token(self, channel: Json) -> bool:
        """Whether a channel shows a token, which lets it into the call of the gateway that knows it."""
        token = token_of(channel)
        if token and (supervision := self.supervision(token)):
            supervision.offered(str(channel["id"]))
        return bool(token)

    def supervised(self, channel: Json, name: str) -> bool:
        """Let a channel into a call where that is expected, by its name or a token; else return False."""
        found = self.supervision(name)
        if found:
            found.entered(channel)
        return found is not None

    def busy_with(self) -> int:
        """Everybody whom a gateway that stops is waited for."""
        return len(self.calls) + len(self.screenings) + len(self.busy) + len(self.diverted)

    async def release(self) -> None:
        """Leave all calls to another gateway, without a word to anybody."""
        for call in self.calls.values():
            call.release()
        self._end_others()
        await self._wait_for_tasks(_END_S)

    def _end_others(self) -> None:
        for busy in self.busy.values():
            busy.end()
        for diverted in self.diverted.values():
            diverted.end()
        for screening in self.screenings.values():
            screening.stop()

    def start[C: (Call, BusyCall, DivertedCall, Screening)](self, calls: dict[str, C], call: C) -> None:
        """Let a call have its life among others of its kind."""
        calls[call.id] = call
        self.on_change()
        self.own(self._run(calls, call))

    async def _run[C: (Call, BusyCall, DivertedCall, Screening)](self, calls: dict[str, C], call: C) -> None:
        try:
            await call.run()
        except Exception:  # one call's failure must not reach the others
            _log.exception("a call broke", call=call.id)
        finally:
            del calls[call.id]
            self.on_change()

    def own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Keep a task until it is done."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, timeout_s: float) -> None:
        """Tell every caller goodbye, and wait until all calls are over or the time has passed."""
        for call in self.calls.values():
            call.leave()
        self._end_others()
        await self._wait_for_tasks(timeout_s)
        # Who is still there has had their goodbye, or none could be spoken.
        for call in self.calls.values():
            call.end("stopped")
        await self._wait_for_tasks(_END_S)
        for task in self._tasks:
            task.cancel()
        await self._wait_for_tasks(_END_S)

    async def _wait_for_tasks(self, timeout_s: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
