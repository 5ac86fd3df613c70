"""One call in Asterisk, from its arrival to its end."""

import asyncio
import time

from gateway.ari.acknowledgement import Acknowledgement
from gateway.ari.channels import named
from gateway.calls import going_on, recording
from gateway.calls.arrival import Agents, Arrival
from gateway.calls.assembly import assemble
from gateway.calls.ending import MOVED, say_sorry
from gateway.calls.tally import Tally
from gateway.conversation.context import Context
from gateway.conversation.leg import Way, tolerate
from gateway.keys.presses import Presses
from gateway.media import events as media
from gateway.takeover.keeper import Keeper
from gateway.takeover.snapshot import Snapshot
from parley import log
from parley.errors import ParleyError
from parley.messages import AnyMessage

_FAREWELL_S = 25.0
"""How long the goodbye of a call that has lasted too long may take."""
_JOBS_S = 30.0
"""How long a call that is over waits for Redis: its end is not to be lost with a Redis that is away for a moment."""
_KEY_WITH_AUDIO = "PARLEY_KEY"
"""What our module of Asterisk sets for a key that came in RTP."""

_log = log.get("call")


class Call:
    """Owns everything of one call. `run` returns when the call is over and nothing of it is left."""

    def __init__(
        self, arrival: Arrival, way: Way, context: Context, agents: Agents, *, max_call_s: float
    ) -> None:
        """`max_call_s`: how long it may last, unless its agent's file says otherwise."""
        self.id = arrival.channel
        self.caller = self._caller = arrival.caller
        self.overflow = arrival.overflow
        self._arrival = arrival
        self._channels = way.channels
        self._max_call_s = arrival.agent.file.limits.max_call_s or max_call_s
        self.talking = False
        self.half = ""
        """The Local channel through which whoever was given the call is reached; empty while nobody was."""
        self._ringing = False
        """Whether whom it was given to has not answered yet."""
        self._left = False
        """Whether the caller has left our application."""
        self._held = False
        """Whether the caller's telephone holds the call, also while nobody of ours talks to them."""
        self._presses = Presses()
        parties = self._parties = assemble(arrival, way, context, agents)
        self.conversation, self.guide = parties.conversation, parties.guide
        self.handover, self.supervision = parties.handover, parties.supervision
        self._line, self._quality = parties.line, parties.quality
        self._acknowledgement = Acknowledgement(self.id, way.channels)
        self._chores = parties.chores
        self._ending = parties.ending
        self._keeper = Keeper(
            lambda: going_on.snapshot_of(arrival, context.gateway, parties), parties.conversation.errands.keep
        )
        self.conversation.errands.on_change = going_on.observer(self._keeper, parties)
        self.handover.on_back = self._stay_held

    # What happens, on the event loop

    def on_media_channel_up(self) -> None:
        """The ExternalMedia channel has entered the application and can be bridged."""
        self._line.on_up()

    def on_media_channel_down(self) -> None:
        """The ExternalMedia channel is gone; before ours is up, it is one that a gateway before us left."""
        if self._line.is_up and not self._left:
            self.end("failed")

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        if isinstance(event, media.MediaEnded):
            self._line.on_ended(event)
        else:
            self._parties.reception.on_media(event)
            self.conversation.on_media(event)

    def on_message(self, message: AnyMessage) -> None:
        """Take in what a worker answers."""
        self._parties.reception.on_message(message)
        self.conversation.on_message(message)

    def on_key(self, digit: str) -> None:
        """A key was pressed; what a caller presses in Asterisk's hands is not for us."""
        self._press(digit, new=self._presses.told(digit, time.monotonic()))

    def _press(self, digit: str, *, new: bool) -> None:
        if new and self.talking and not self.handover.away:
            self.guide.key(digit)

    def on_hold(self, *, held: bool) -> None:
        """The caller's telephone holds the call, or is back; a call that people have is held for them."""
        self._held = held
        if self.talking and not self.handover.away:
            self.conversation.hold(held)

    def _stay_held(self) -> None:
        if self._held:
            self.conversation.hold(True)

    def on_given(self, caller: str, half: str, *, picked_up: bool) -> None:
        """The caller's telephone has given the call to somebody else, who is rung, or is there (`picked_up`)."""
        self.half = half
        _log.info("the call was given to somebody else", call=self.id, caller=named(caller))
        self.conversation.emit("caller_changed", caller=caller)
        self._caller = caller or self._caller
        self._ringing = True
        self.on_hold(held=True)
        if picked_up:
            self.on_picked_up()

    def on_picked_up(self) -> None:
        """Who the call was given to is on the line, and has heard nothing yet."""
        rang, self._ringing = self._ringing, False
        if rang and self.talking and not self.handover.away:
            self.on_hold(held=False)
            self.guide.greet(recording.notice(self._arrival.agent))

    def on_gone(self, *, destroyed: bool) -> None:
        """The caller has left our application, or is gone (`destroyed`)."""
        if self.handover.theirs and not destroyed:
            return
        if self.handover.theirs:
            self.handover.gone()
        self.end(self.handover.outcome)

    def on_left(self) -> None:
        """The caller has left our application: they have hung up, or another gateway has taken them."""
        if not self.handover.theirs and not self._ending.outcome:
            self._left = True
            self._chores.begin(self._look_where())

    async def _look_where(self) -> None:
        if await self._channels.is_taken(self.id):
            self.release()
        else:
            self.end(self.handover.outcome)

    def release(self) -> None:
        """Leave the call to another gateway."""
        self._keeper.close()
        self.end(MOVED)

    def on_variable(self, name: str, value: str) -> None:
        """A variable of the caller's channel was set."""
        if name == _KEY_WITH_AUDIO:
            self._press(value, new=self._presses.with_audio(value, time.monotonic()))
        self._acknowledgement.on_variable(name)
        self._quality.on_variable(name, value)

    def on_reconnected(self, *, exists: bool, ours: bool) -> None:
        """Asterisk is there again; what happened meanwhile was not told."""
        if not exists and not self.handover.away:
            self.end("lost")
        elif not exists:
            self.on_gone(destroyed=True)
        elif ours and self.handover.theirs:
            self.handover.came_back("UNKNOWN")
        elif not ours:
            self.on_left()

    def leave(self) -> None:
        """Say goodbye and hang up; a call that has not begun has nothing to say goodbye to."""
        if self.handover.away:
            self.end("transferred" if self.handover.connected else "stopped")
        elif self.talking:
            self.conversation.leave()
        else:
            self.end("stopped")

    def end(self, outcome: str) -> None:
        """End the call; the first reason counts."""
        self._ending.end(outcome)

    # The call's life

    async def run(self) -> None:
        """Answer, talk, clean up."""
        log.bind(call=self.id)
        jobs = asyncio.create_task(self.conversation.errands.run(), name=f"jobs-{self.id}")
        tally = Tally(self._arrival.agent.name, self._arrival.spent_s)
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
                tally.ended(self._ending.outcome)

    async def _live(self, tally: Tally) -> None:
        """Set up, unless the caller gives up before, and talk."""
        set_up = asyncio.create_task(self._set_up(), name=f"set-up-{self.id}")
        ended = asyncio.create_task(self._ending.wait(), name=f"ended-{self.id}")
        try:
            await asyncio.wait((set_up, ended), return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return
            set_up.result()
            if self._ending.outcome:
                return
            tally.started(resumed=self._arrival.kept is not None)
            self.talking = True
            await going_on.begin(self._arrival, self._parties)
            self._stay_held()
            await self._talk()
        finally:
            for task in (ended, set_up):
                task.cancel()
            await asyncio.gather(ended, set_up, return_exceptions=True)
            await going_on.settle(self._parties)

    async def _set_up(self) -> None:
        arrival, caller = self._arrival, named(self._arrival.caller)
        if self._arrival.kept is not None:
            await self._resume(self._arrival.kept, caller)
            return
        _log.info("call arrived", agent=arrival.agent.name, extension=arrival.extension, caller=caller)
        self._chores.begin(self._parties.lookup.run())
        await self._line.open(lambda: self._channels.answer(self.id))
        if not (arrival.from_within or await self._acknowledgement.wait()):
            _log.warning("nobody has acknowledged the answer", caller=caller)
            self.end("unacknowledged")
            return
        await self._quality.begin()
        self.conversation.emit("call_started", **arrival.told)
        await self._parties.lookup.wait()

    async def _resume(self, kept: Snapshot, caller: str) -> None:
        _log.info("call taken over", agent=self._arrival.agent.name, caller=caller, before=kept.gateway)
        going_on.restore(kept, self._parties)
        if kept.away.away:
            self._line.resume_away()
        else:
            await self._line.open(lambda: self._channels.answer(self.id))
            await self._quality.begin()
        self.conversation.emit("call_resumed", before=kept.gateway)

    async def _talk(self) -> None:
        """Wait until the call ends; one that lasts too long is told goodbye."""
        if await self._ending.within(max(0.0, self._max_call_s - self._arrival.spent_s)):
            return
        if self.handover.away:  # people talk as long as they like
            await self._ending.wait()
            return
        _log.warning("the call has lasted as long as it may", seconds=self._max_call_s)
        self.conversation.leave()
        if not await self._ending.within(_FAREWELL_S):
            self.end("too_long")

    async def _clean_up(self, jobs: asyncio.Task[None]) -> None:
        """Leave nothing behind.

        The order counts: nothing more is said, then Asterisk's statistics while the channel is there, then what was
        heard to the end, and only then the event that tells all of it; the caller hears the line go dead after that.
        """
        self._keeper.close()
        self._parties.reception.close()
        await self.supervision.close()
        self.conversation.end()
        if self._ending.outcome == MOVED:  # Asterisk and Redis are left to the other gateway as they are
            await self._line.end()
            self.conversation.errands.leave()
            await asyncio.wait((jobs,), timeout=_JOBS_S)
            return
        if self._ending.outcome == "failed":
            await say_sorry(self._channels, self.id, self.conversation.agent.file.language)
        await self._quality.read()
        await self._line.end()
        figures = self._quality.finish(self._line.figures)
        # Who called, too: one who gives up before there is an answer has not been told of until now.
        arrival, outcome = self._arrival, self._ending.outcome
        whose = {"caller": self._caller, "extension": arrival.extension, **arrival.agent.part}
        self.conversation.errands.end(outcome=outcome, **whose, **figures)
        if not self.handover.theirs:  # people who talk go on without us
            await tolerate(self._channels.hang_up(self.id))
        await tolerate(self._channels.close(self.id))
        await tolerate(self._channels.forget(self.id, inherited=arrival.kept is not None))
        _, late = await asyncio.wait((jobs,), timeout=_JOBS_S)
        if late:
            _log.error("Redis was away at the end of the call: what happened last is not recorded")
