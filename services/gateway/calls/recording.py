"""Recordings of calls: off unless the agent's file says otherwise, and begun only once the caller has heard of it."""

from collections.abc import Callable, Coroutine
from typing import Any

from gateway.ari.channels import Channels
from parley import log
from parley.agents import Agent
from parley.errors import AriError

_log = log.get("recording")


def opening(agent: Agent, closed: str) -> str:
    """The call's first words; empty: the agent's greeting. `closed`: what stands in its place now, if anything."""
    said = notice(agent)
    return f"{said} {closed or agent.file.greeting}" if said else closed


def notice(agent: Agent) -> str:
    """What whoever comes onto the line is told before anything else; empty: calls are not recorded."""
    recording = agent.file.recording
    return recording.announcement if recording.enabled else ""


class Recorder:
    """Records one call."""

    def __init__(
        self,
        call: str,
        channels: Channels,
        emit: Callable[..., None],
        start: Callable[[Coroutine[Any, Any, None]], None],
        *,
        wanted: bool,
    ) -> None:
        """`emit` tells the `events` stream, `start` does something in the background; `wanted`: by the agent's file."""
        self._wanted = wanted
        self._call = call
        self._channels = channels
        self._emit = emit
        self._start = start
        self.begun = False
        """Whether the caller has heard of it, and it was begun."""

    def greeted(self) -> None:
        """The first line has been heard: not before, since it says that the call is recorded."""
        if self._wanted:
            self.begin()

    def begin(self) -> None:
        """Record the call from now on, until its bridge ends."""
        self.begun = True
        self._start(self._record())

    async def _record(self) -> None:
        try:
            await self._channels.record(self._call, self._call)
        except AriError as error:  # a call that cannot be recorded goes on all the same
            _log.error("a call is not recorded", call=self._call, error=str(error))
        else:
            self._emit("recording", file=f"{self._call}.wav")
