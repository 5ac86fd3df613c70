"""Callers that another gateway has left alone: found after connecting to Asterisk, and taken over where they were."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.ari.channels import Channels
from gateway.ari.kinds import is_inside, is_media_channel, is_supervision
from gateway.ari.protocol import Json
from gateway.calls.roster import Roster
from gateway.conversation.leg import tolerate
from gateway.takeover.snapshot import Snapshot, parse
from parley import log
from parley.bus import Bus, BusError
from parley.errors import AriError, MessageError

ACCEPT, BACK = "accept", "back"
"""Contexts of the dialplan in which people are told of calls, and callers come back from there."""
AGAIN_S = 1.0
"""Between two attempts to learn which calls Asterisk has."""
_STATE_S = 1.0
"""A caller who waits longer for Redis is better greeted anew."""

_log = log.get("adoption")


@dataclass(frozen=True, slots=True)
class Left:
    """A caller whom nobody talks to."""

    channel: Json
    extension: str
    """What was dialled."""
    kept: Snapshot | None
    """Where the call was; None: nobody knows."""
    back: str = ""
    """How the caller came back from people, in Asterisk's word; empty: the caller does not."""


class Desk(Protocol):
    """Who takes calls; see `switchboard.py`."""

    def adopt(self, left: Left) -> None:
        """Take a caller over."""

    def screen(self, person: str, call: str) -> None:
        """Tell a person of a call, which may be unknown."""


class Adoption:
    """One gateway's."""

    def __init__(
        self, channels: Channels, roster: Roster, bus: Bus, gateway: str, desk: Callable[[], Desk]
    ) -> None:
        self._channels = channels
        self._roster = roster
        self._bus = bus
        self._heirs = bus.gateways()
        self._gateway = gateway
        self._desk = desk

    async def reconcile(self) -> None:
        """End calls that Asterisk has lost, take over callers that nobody talks to; again until that could be done."""
        while not await self._compare():  # noqa: ASYNC110  # only Asterisk can tell, and it has to be asked
            await asyncio.sleep(AGAIN_S)

    async def _compare(self) -> bool:
        # One that arrives from now on may be missing in the answers.
        known, diverted = list(self._roster.calls.values()), list(self._roster.diverted.values())
        try:
            ours = await self._channels.in_application()
            existing = await self._channels.list()
        except AriError as error:
            _log.error("cannot compare calls with Asterisk", error=str(error))
            return False
        ids = {channel["id"] for channel in existing}
        # A channel that is only watched is in the dialplan, perhaps with a person: it is not led anywhere.
        ours &= {channel["id"] for channel in existing if is_inside(channel)}
        for each in diverted:
            if each.id not in ids:
                each.on_gone(destroyed=True)
        for call in known:
            call.supervision.on_reconnected(ids)
            name = self._channels.of(call.id)
            call.on_reconnected(exists=name in ids, ours=name in ours)
        left = self._unknown(existing)
        inside = await self._inherited([c for c in left if c["id"] in ours], self._gateway)
        await self._take_over(inside, [c for c in left if not is_inside(c)], self._gateway)
        return True

    async def inherit(self, gateway: str, app: str) -> bool:
        """Take over the callers of a gateway that is gone and had this application; return whether that went."""
        try:
            theirs = await self._channels.in_application(app)
            existing = await self._channels.list()
        except AriError as error:
            _log.error("the calls of another gateway cannot be taken over", gateway=gateway, error=str(error))
            return False
        left = self._unknown(existing)
        inside = await self._inherited([c for c in left if c["id"] in theirs and is_inside(c)], gateway)
        moved = await asyncio.gather(*(self._move(channel) for channel in inside))
        inside = [channel for channel, done in zip(inside, moved, strict=True) if done]
        await self._take_over(inside, [c for c in left if not is_inside(c)], gateway)
        return True

    def _unknown(self, existing: list[Json]) -> list[Json]:
        return [channel for channel in existing if not self._is_known(str(channel["id"]))]

    def _is_known(self, channel: str) -> bool:
        known = self._roster.line(self._channels.call_of(channel)) is not None
        return known or channel in self._roster.diverted or self._roster.supervision(channel) is not None

    async def _inherited(self, channels: list[Json], dead: str) -> list[Json]:
        """Those channels, of callers and their legs, that no other gateway takes over."""
        mine = await asyncio.gather(*(self._is_heir(_call_of(channel), dead) for channel in channels))
        return [channel for channel, yes in zip(channels, mine, strict=True) if yes]

    async def _move(self, channel: Json) -> bool:
        """Bring a channel to our application; a media leg is only to be removed, and who was in a call beside it."""
        if is_media_channel(channel) or is_supervision(channel):
            return True
        try:
            await self._channels.move(str(channel["id"]))
        except AriError as error:
            _log.warning("a channel is gone already", call=channel["id"], error=str(error))
            return False
        return True

    async def _is_heir(self, call: str, dead: str) -> bool:
        try:
            async with asyncio.timeout(_STATE_S):
                return await self._heirs.inherit(call, dead, self._gateway)
        except (BusError, TimeoutError):  # then nobody else can ask either
            return True

    async def _take_over(self, inside: list[Json], elsewhere: list[Json], gateway: str) -> None:
        # Legs first: a caller who is taken over gets a new one of the same name.
        legs = [channel for channel in inside if is_media_channel(channel)]
        await asyncio.gather(*(self._remove_leg(_call_of(leg)) for leg in legs))
        # Who listened comes again, if they like; the callers of who had taken them over are the agent's.
        heard = [channel for channel in inside if is_supervision(channel)]
        await asyncio.gather(*(tolerate(self._channels.hang_up(str(each["id"]))) for each in heard))
        others = [each for each in inside if not (is_media_channel(each) or is_supervision(each))]
        people = [channel for channel in others if channel["dialplan"].get("context") == ACCEPT]
        await asyncio.gather(*(self._take(channel) for channel in others if channel not in people))
        # Who is with people comes before these: they are told of the call.
        await asyncio.gather(*(self._take_away(c, gateway) for c in elsewhere))
        for person in people:
            self._desk().screen(str(person["id"]), await self._variable(person, "PARLEY_CALL"))

    async def came_back(self, channel: Json, why: str, extension: str) -> None:
        """A caller comes back from people to whom another gateway has given them."""
        kept = await self._kept(str(channel["id"]))
        self._desk().adopt(Left(channel, extension, kept, why if kept and kept.away.away else ""))

    async def _take(self, channel: Json) -> None:
        _log.warning("taking over a caller that was left alone", call=channel["id"])
        if channel["dialplan"].get("context") == BACK:
            number = await self._variable(channel, "PARLEY_NUMBER")
            await self.came_back(channel, await self._variable(channel, "PARLEY_BACK"), number)
            return
        kept = await self._kept(str(channel["id"]))
        self._desk().adopt(Left(channel, str(channel["dialplan"]["exten"]), kept))

    async def _take_away(self, channel: Json, gateway: str) -> None:
        """Know of a caller whom Asterisk has meanwhile, so that what becomes of them is known, too."""
        kept = await self._kept(str(channel["id"]))
        if kept is None or not kept.away.away or kept.gateway != gateway:
            return
        if await self._is_heir(str(channel["id"]), gateway):
            _log.info("a caller is with people", call=channel["id"])
            self._desk().adopt(Left(channel, kept.extension, kept))

    async def _kept(self, call: str) -> Snapshot | None:
        try:
            async with asyncio.timeout(_STATE_S):
                state = await self._bus.state(call)
            return None if state is None else parse(state)
        except (BusError, TimeoutError, MessageError) as error:
            _log.error("it is not known where a call was", call=call, error=str(error) or "Redis is away")
            return None

    async def _variable(self, channel: Json, name: str) -> str:
        try:
            return await self._channels.variable(str(channel["id"]), name)
        except AriError as error:
            _log.warning("a channel's variable is not known", call=channel["id"], name=name, error=str(error))
            return ""

    async def _remove_leg(self, call: str) -> None:
        if self._roster.line(call) is not None:
            return
        _log.warning("removing a media leg that was left over", call=call)
        try:
            await self._channels.close(call)
        except AriError as error:
            _log.warning("could not remove a media leg", call=call, error=str(error))


def _call_of(channel: Json) -> str:
    """The call that a caller's channel is, or a media leg belongs to."""
    return str(channel["id"]).removeprefix("media-")
