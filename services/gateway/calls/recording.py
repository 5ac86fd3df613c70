"""Recordings of calls: off unless the agent's file says otherwise, begun only once the caller has heard of it, and
paused while they are asked for what is sensitive.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.ari.channels import Channels
from parley import log
from parley.agents import Agent
from parley.errors import AriError

_log = log.get("recording")

_AGAIN_S = (0.2, 0.5, 1.0, 2.0)
"""After how long Asterisk is asked once more to leave out what it refused to: the caller may be saying their number
already, and nothing else may happen for a while that would make anybody look. Then only with what happens next."""


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
        self._secret = False
        """Whether what is heard now is to be left out..."""
        self._pauses = False
        """... and is."""
        self._runs = False
        """Whether Asterisk records."""
        self._requests = asyncio.Lock()
        """One after the other: a number may be asked for while the recording is being begun."""

    def greeted(self) -> None:
        """The first line has been heard: not before, since it says that the call is recorded."""
        if self._wanted:
            self.begin()

    def begin(self) -> None:
        """Record the call from now on, until its bridge ends."""
        self.begun = True
        self._start(self._record())

    def look(self, *, secret: bool) -> None:
        """What is heard from now on is `secret`, and left out, or no more. What Asterisk refused is asked for again."""
        self._secret = secret
        if self._runs and secret != self._pauses and not self._requests.locked():
            self._start(self._follow())

    async def _record(self) -> None:
        async with self._requests:
            try:
                await self._channels.record(self._call, self._call)
            except AriError as error:  # a call that cannot be recorded goes on all the same
                _log.error("a call is not recorded", call=self._call, error=str(error))
                return
            self._runs = True
            self._emit("recording", file=f"{self._call}.wav")
        await self._follow()

    async def _follow(self) -> None:
        async with self._requests:
            waits = iter(_AGAIN_S)
            while self._secret != self._pauses:  # it may change while Asterisk answers
                try:
                    await self._turn(pauses=self._secret)
                except AriError as error:
                    _log.error("a recording was not paused or resumed", call=self._call, error=str(error))
                    wait = next(waits, None)
                    if wait is None:
                        return
                    await asyncio.sleep(wait)

    async def _turn(self, *, pauses: bool) -> None:
        if pauses:
            await self._channels.pause_recording(self._call)
        else:
            await self._channels.resume_recording(self._call)
        self._pauses = pauses
        self._emit("recording_paused" if pauses else "recording_resumed")
