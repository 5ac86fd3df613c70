"""Somebody of the company in a call by voice: hears it, speaks to the person who has it, or has it.

They come with a token by a channel of their own (context `supervise` of the dialplan), which is in a bridge with a tap:
a channel that hears the caller's, or the person's. Who takes the call over is in a bridge with the caller.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, cast, get_args

from prometheus_client import Counter, Gauge

from gateway.ari.channels import Channels
from gateway.ari.kinds import tap_id
from gateway.ari.protocol import Json
from gateway.conversation.leg import tolerate
from gateway.people.course import TRANSFERS
from gateway.people.handover import Handover
from gateway.people.listening import Situation, objection
from gateway.people.parties import Lines, Speaker
from gateway.turns.events import State
from parley import log
from parley.errors import AriError
from parley.messages import SupervisionMode

ACTIVE = Gauge("parley_supervisions_active", "Calls that somebody of the company is in by voice")
STARTED = Counter(
    "parley_supervisions",
    "Times that somebody of the company came into a call, or changed what they do",
    ["mode"],
)

TOKEN_S = 30.0
"""How long somebody may take to come."""
TELL_S = 20.0
"""How long the caller may take to be told; nobody hears them before. And how long the agent is not cut short for it."""
TAP_S = 3.0
"""For a tap to be there: some milliseconds as a rule."""
_LOOK_S = 0.05

_log = log.get("supervision")


@dataclass(frozen=True, slots=True)
class _Expected:
    """Somebody who may come, once."""

    token: str
    user: str
    mode: SupervisionMode
    until: float
    """Monotonic seconds."""


class Supervision:
    """Of one call; one person at a time."""

    def __init__(
        self,
        call: str,
        *,
        channels: Channels,
        speaker: Speaker,
        handover: Handover,
        lines: Lines,
        begin: Callable[[Coroutine[Any, Any, None]], None],
        end: Callable[[str], None],
    ) -> None:
        """`begin` does a step in the background, `end` ends the call with an outcome."""
        self._call = call
        self._room = f"supervision-{call}"
        """Names their bridge as a call names its own, so that what is left of it is found likewise."""
        self._channels = channels
        self._speaker = speaker
        self._handover = handover
        self._lines = lines
        self._begin = begin
        self._end = end
        self._expected: _Expected | None = None
        self._channel = self._user = ""
        """Whose channel is in the call; empty: nobody's."""
        self._tap = ""
        self._taps = 0
        self._tapped = asyncio.Event()
        self._bridged = False
        self._remains: set[str] = set()
        """Channels that are to be removed: the end of the call may cut that short, and begins it again."""
        self._told = False
        """Whether the caller knows that somebody may listen."""
        self._steps = asyncio.Lock()

    def has(self, name: str) -> bool:
        """Whether a channel is part of this, or a token is good for it now."""
        if name in (self._channel, self._tap):
            return bool(name)
        expected = self._expected
        return bool(
            expected and time.monotonic() < expected.until and secrets.compare_digest(name, expected.token)
        )

    # What is asked from outside

    def ask(self, mode: str, user: str, token: str) -> str:
        """Expect somebody, or have who is there do something else; return why not, empty: it is as asked."""
        if not token and (not self._channel or self._user != user):
            return "you are not in this call"
        if mode == "end":
            self.gone()
            return ""
        if mode not in get_args(SupervisionMode):
            return f"there are only {', '.join(get_args(SupervisionMode))}"
        wanted = cast(SupervisionMode, mode)
        why_not = self._objection(wanted)
        if token and self._channel:
            why_not = f"{self._user} is in this call already"
        elif token and not why_not:
            self._expected = _Expected(token, user, wanted, time.monotonic() + TOKEN_S)
        elif not why_not:
            self._begin(self._change(wanted))
        return why_not

    def _objection(self, mode: SupervisionMode) -> str:
        """Why this may not be now; empty: it may."""
        handover = self._handover
        now = Situation(
            listening=self._speaker.agent.file.listening,
            with_people=handover.away or self._speaker.state is State.TRANSFERRING,
            person=handover.connected and bool(handover.leg),
            told=self._told,
            taken_over=handover.taken_over,
        )
        return objection(mode, now)

    # What happens in Asterisk

    def offered(self, channel: str) -> None:
        """A channel shows our token, and is whose gateway claims it."""
        self._begin(self._claim(channel))

    async def _claim(self, channel: str) -> None:
        try:
            await self._channels.claim(channel)
        except AriError as error:
            _log.warning("who was to come into a call could not", call=self._call, error=str(error))

    def entered(self, channel: Json) -> None:
        """Who was expected is there, or our tap."""
        id_ = str(channel["id"])
        if id_ == self._tap:
            self._tapped.set()
            return
        expected, self._expected = self._expected, None
        if expected is None or self._channel or channel.get("caller", {}).get("number") != expected.user:
            _log.warning("somebody else came than was expected", call=self._call)
            self._begin(tolerate(self._channels.hang_up(id_)))
            return
        self._channel, self._user = id_, expected.user
        ACTIVE.inc()
        self._begin(self._change(expected.mode, arrived=True))

    def gone(self) -> None:
        """Who is in the call has hung up, or what they hear has ended: who has taken it over takes it along."""
        if self._handover.taken_over and self._handover.connected:
            self._end("transferred")
        self._begin(self.close())

    def on_reconnected(self, channels: Collection[str]) -> None:
        """Asterisk is there again, and has these channels."""
        if any(name and name not in channels for name in (self._channel, self._tap)):
            self.gone()

    async def close(self) -> None:
        """End it, and hang up on who is there; nothing of it is left in Asterisk."""
        self._expected, self._told = None, False  # it may be another caller the next time
        if self._channel:
            ACTIVE.dec()
            self._speaker.emit("supervision_ended", user=self._user)
        self._remains.update(name for name in (self._channel, self._tap) if name)
        self._channel = self._tap = ""
        for name in list(self._remains):
            await tolerate(self._channels.hang_up(name))
            self._remains.discard(name)
        if self._bridged:
            await tolerate(self._channels.close(self._room))
            self._bridged = False

    # What they do

    async def _change(self, mode: SupervisionMode, *, arrived: bool = False) -> None:
        async with self._steps:
            try:
                if arrived:
                    await self._channels.answer(self._channel)
                # What was asked for a moment ago may not be any more.
                if why_not := self._objection(mode):
                    _log.warning("somebody cannot be in a call", call=self._call, mode=mode, error=why_not)
                    await self.close()
                    return
                await self._do(mode)
            except (AriError, TimeoutError) as error:
                _log.warning("somebody cannot be in a call", call=self._call, mode=mode, error=str(error))
                await self.close()
            except Exception:  # the call goes on all the same
                _log.exception("a supervision broke", call=self._call)
                await self.close()

    async def _do(self, mode: SupervisionMode) -> None:
        match mode:
            case "listen":
                await self._tell()
                await self._hear(self._channels.of(self._call), whisper=False)
            case "whisper":
                await self._hear(self._handover.leg, whisper=True)
            case "take_over":
                self._handover.take_over(partial(self._take, self._channel))
                return
        self._note(mode)

    def _note(self, mode: SupervisionMode) -> None:
        STARTED.labels(mode).inc()
        _log.info("somebody is in a call", call=self._call, user=self._user, mode=mode)
        self._speaker.emit("supervision", user=self._user, mode=mode)

    async def _tell(self) -> None:
        """Have the agent say that somebody listens, where its file demands that; raise TimeoutError if it cannot."""
        speaker = self._speaker
        if self._told or speaker.agent.file.listening != "announced":
            return
        try:
            await self._listening()  # nobody is cut short for it, as far as that can be
        except TimeoutError:
            _log.info("the agent is cut short", call=self._call)
        if self._objection("listen"):
            raise TimeoutError("people have the call meanwhile")
        speaker.tell(speaker.agent.line("listened"))
        await self._listening()
        self._told = True

    async def _listening(self) -> None:
        async with asyncio.timeout(TELL_S):
            while self._speaker.state is not State.LISTENING:
                if not self._channel:
                    raise TimeoutError("they have hung up")
                await asyncio.sleep(_LOOK_S)

    async def _hear(self, channel: str, *, whisper: bool) -> None:
        self._taps += 1
        before, self._tap = self._tap, tap_id(self._call, self._taps)
        self._tapped.clear()
        await self._drop(before)
        await self._channels.taps.open(self._tap, channel, whisper=whisper)
        await asyncio.wait_for(self._tapped.wait(), TAP_S)
        await self._join(self._channel, self._tap)

    async def _drop(self, tap: str) -> None:
        """Hear it no more, while it hears anything: Asterisk removes it with the next sound of its channel."""
        if tap:
            await tolerate(self._channels.taps.close(tap))

    async def _join(self, *channels: str) -> None:
        self._bridged = True
        await self._channels.bridge(self._room, *channels)

    async def _take(self, channel: str) -> None:
        """The agent has taken leave: the caller is theirs, or the agent's again where they are gone meanwhile."""
        handover = self._handover
        # Before the leg goes; and a gateway that has to go on with the call is to have the agent do so.
        handover.away = handover.taken_over = True
        tap, self._tap = self._tap, ""
        await self._drop(tap)
        await self._lines.release()
        try:
            if self._channel == channel:
                await self._join(self._call, channel)
            if self._channel != channel:
                raise AriError("POST", "bridges", 404, "who wanted the call has hung up")
        except AriError as error:
            _log.warning("a call could not be taken over", call=self._call, error=str(error))
            TRANSFERS.labels(self._speaker.agent.name, "user", "failed").inc()
            await handover.give_back()
            return
        handover.connected = True
        TRANSFERS.labels(self._speaker.agent.name, "user", "connected").inc()
        for kind in ("transfer_started", "transfer_connected"):
            self._speaker.emit(kind, target=self._user, to="user", number="")
        self._note("take_over")
