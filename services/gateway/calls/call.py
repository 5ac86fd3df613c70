"""One call in Asterisk, from its arrival to its end: channels, bridge, media leg, and the conversation on them."""

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from gateway.calls import recording
from gateway.calls.quality import QualityWatch
from gateway.calls.tally import Tally
from gateway.conversation.conversation import Context, Conversation
from gateway.conversation.leg import Leg, Way, tolerate
from gateway.keys.guide import Guide
from gateway.media import events as media
from gateway.people.handover import Handover
from gateway.turns import actions as turn_actions
from parley import log
from parley.agents import Agent
from parley.errors import AriError, ParleyError

_MEDIA_END_S = 1.0
"""A media plane that ticks tells within 20 ms what was heard to the end."""
_FAREWELL_S = 25.0
"""How long the goodbye of a call that has lasted too long may take."""
_JOBS_S = 5.0
"""How long a call that is over waits for Redis."""
_SORRY_SOUND = "an-error-has-occurred"
_SORRY_S = 3.0
"""About as long as that sound lasts."""

_log = log.get("call")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it came in. `channel` is the caller's channel in Asterisk, and the call's id everywhere."""

    channel: str
    caller: str
    extension: str
    agent: Agent
    overflow: bool = False
    """Whether it is taken only to be given to where the agent's calls go when there is no room."""


Agents = Callable[[str], Agent | None]
"""Finds an agent by its name."""


class Call:
    """Owns everything of one call. `run` returns when the call is over and nothing of it is left."""

    def __init__(
        self, arrival: Arrival, way: Way, context: Context, agents: Agents, *, max_call_s: float
    ) -> None:
        """`max_call_s`: how long it may last, unless its agent's file says otherwise."""
        self.id = arrival.channel
        self.overflow = arrival.overflow
        self._arrival = arrival
        self._max_call_s = arrival.agent.file.limits.max_call_s or max_call_s
        self._channels = way.channels
        self._context = context
        self._leg = Leg(arrival.channel, way)
        self._media_ended = asyncio.Event()
        self._media_end: media.MediaEnded | None = None
        self._quality = QualityWatch(self.id, way.channels)
        self._started_at = time.time()
        self._on_plane = False
        self._talking = False
        self._ended = asyncio.Event()
        self._outcome = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self.conversation = Conversation(context, self.id, arrival.agent, self._end_by_agent)
        self.handover = Handover(
            self.id, arrival.caller, arrival.extension, way.channels, self.conversation, self, self._own
        )
        self.guide = Guide(arrival.agent, agents, self.conversation, self.handover)
        self.conversation.guidance = self.guide
        self.conversation.on_greeted = self._record
        self.handover.answers = self.guide

    # What happens, on the event loop

    def on_media_channel_up(self) -> None:
        """The ExternalMedia channel has entered the application and can be bridged."""
        self._leg.on_up()

    def on_media_channel_down(self) -> None:
        """The ExternalMedia channel is gone; before ours is up, it is one that a gateway before us left."""
        if self._leg.is_up:
            self.end("failed")

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        if isinstance(event, media.MediaEnded):
            self._media_end = event
            self._media_ended.set()
        else:
            self.conversation.on_media(event)

    def on_key(self, digit: str) -> None:
        """A key was pressed; what a caller presses in Asterisk's hands is not for us."""
        if self._talking and not self.handover.away:
            self.guide.key(digit)

    def on_gone(self, *, destroyed: bool) -> None:
        """The caller has left our application, or is gone (`destroyed`)."""
        if not self.handover.away:
            self.end("caller_hung_up")
        elif destroyed:
            self.handover.gone()
            self.end("transferred" if self.handover.connected else "caller_hung_up")

    def on_variable(self, name: str, value: str) -> None:
        """A variable of the caller's channel was set."""
        self._quality.on_variable(name, value)

    def on_reconnected(self, *, exists: bool, ours: bool) -> None:
        """Asterisk is there again; what happened meanwhile was not told."""
        if not exists and not self.handover.away:
            self.end("lost")
        elif not exists:
            self.on_gone(destroyed=True)
        elif ours and self.handover.away:
            self.handover.came_back("UNKNOWN")

    def leave(self) -> None:
        """Say goodbye and hang up; a call that has not begun has nothing to say goodbye to."""
        if self.handover.away:
            self.end("transferred" if self.handover.connected else "stopped")
        elif self._talking:
            self.conversation.leave()
        else:
            self.end("stopped")

    def end(self, outcome: str) -> None:
        """End the call; the first reason counts."""
        if not self._outcome:
            self._outcome = outcome
        self._ended.set()

    def _end_by_agent(self, outcome: turn_actions.Outcome) -> None:
        self.end(outcome)

    # The call's life

    async def run(self) -> None:
        """Answer, talk, clean up."""
        log.bind(call=self.id)
        jobs = asyncio.create_task(self.conversation.run_jobs(), name=f"jobs-{self.id}")
        tally = Tally(self._arrival.agent.name)
        try:
            await self._live(tally)
        except ParleyError as error:
            _log.error("the call failed", error=str(error))
            self.end("failed")
        except Exception:
            _log.exception("the call broke")
            self.end("failed")
        finally:
            self.end("stopped")  # unless it has ended for a better reason
            try:
                await self._clean_up(jobs)
            finally:
                jobs.cancel()
                tally.ended(self._outcome)

    async def _live(self, tally: Tally) -> None:
        """Set up, unless the caller gives up before, and talk."""
        set_up = asyncio.create_task(self._set_up(), name=f"set-up-{self.id}")
        ended = asyncio.create_task(self._ended.wait(), name=f"ended-{self.id}")
        try:
            await asyncio.wait((set_up, ended), return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return
            set_up.result()
            tally.started()
            self._talking = True
            self.conversation.begin(recording.opening(self._arrival.agent, self._first_line()))
            await self._talk()
        finally:
            for task in (ended, set_up, *self._tasks):
                task.cancel()
            await asyncio.gather(ended, set_up, *self._tasks, return_exceptions=True)

    def _first_line(self) -> str:
        """What is said in the greeting's place, if anything."""
        if self.overflow:
            return self.guide.overflow()
        return self.guide.closed(datetime.datetime.now(datetime.UTC))

    async def _set_up(self) -> None:
        arrival = self._arrival
        _log.info(
            "call arrived", agent=arrival.agent.name, extension=arrival.extension, caller=arrival.caller
        )
        self._open()
        await self._leg.open(self._answer)
        await self._quality.begin()
        self.conversation.emit("call_started", caller=arrival.caller, extension=arrival.extension)

    def _open(self) -> None:
        arrival = self._arrival
        self.conversation.open(
            caller=arrival.caller,
            extension=arrival.extension,
            gateway=self._context.gateway,
            started_at=self._started_at,
        )

    async def _answer(self) -> None:
        self._on_plane = True
        await self._channels.answer(self.id)

    async def release(self) -> None:
        """Take the caller off the media plane: Asterisk has them now."""
        await self._leg.close()
        self._on_plane = False

    async def regain(self) -> None:
        """Bring a caller back whom Asterisk had. The samples of the caller's audio count from 0 again."""
        self._media_ended.clear()
        self._open()
        await self._leg.open()
        self._on_plane = True

    def _record(self) -> None:
        if self._arrival.agent.file.recording.enabled:
            self._own(recording.begin(self.id, self._channels, self.conversation.emit))

    def _own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine, name=f"handover-{self.id}")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the call failed", call=self.id, error=str(error))
            self.end("failed")

    async def _talk(self) -> None:
        """Wait until the call ends; one that lasts too long is told goodbye."""
        try:
            await asyncio.wait_for(self._ended.wait(), self._max_call_s)
        except TimeoutError:
            if self.handover.away:  # people talk as long as they like
                await self._ended.wait()
                return
            _log.warning("the call has lasted as long as it may", seconds=self._max_call_s)
            self.conversation.leave()
            if not await _within(_FAREWELL_S, self._ended.wait()):
                self.end("too_long")

    async def _clean_up(self, jobs: asyncio.Task[None]) -> None:
        self.conversation.end()
        if self._outcome == "failed":
            await self._say_sorry()
        await self._quality.read()
        self._context.plane.remove(self.id)
        if self._on_plane:
            await _within(_MEDIA_END_S, self._media_ended.wait())
        self.conversation.emit("call_ended", outcome=self._outcome, **self._quality.finish(self._media_end))
        self.conversation.close()
        if not self.handover.away:
            await tolerate(self._channels.hang_up(self.id))
        await tolerate(self._channels.close(self.id))
        _, late = await asyncio.wait((jobs,), timeout=_JOBS_S)
        if late:
            _log.error("Redis was away at the end of the call: what happened last is not recorded")

    async def _say_sorry(self) -> None:
        """Asterisk's own voice, when there is no other: nobody is hung up on without a word."""
        try:
            await self._channels.play(self.id, _SORRY_SOUND)
            await asyncio.sleep(_SORRY_S)
        except AriError as error:
            _log.info("no sound could be played", error=str(error))


async def _within(seconds: float, step: Awaitable[object]) -> bool:
    """Whether the step was done in time."""
    try:
        await asyncio.wait_for(step, seconds)
    except TimeoutError:
        return False
    return True
