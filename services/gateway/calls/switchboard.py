"""Asterisk's events and the calls of this gateway: whose event it is, new calls taken, left-over ones found."""

import time
from dataclasses import dataclass, field, replace

from prometheus_client import Counter

from gateway.admission.admission import AdmissionSettings
from gateway.admission.headroom import Headroom
from gateway.admission.limits import LimitSettings
from gateway.admission.turnstile import Turnstile, cause_of
from gateway.ari.caller import caller_number
from gateway.ari.channels import (
    CAUSE_CONGESTION,
    CAUSE_UNALLOCATED,
    Channels,
    is_inside,
    is_media_channel,
    named,
)
from gateway.ari.client import AriClient
from gateway.ari.protocol import AriEvent, Json
from gateway.calls.arrival import Arrival
from gateway.calls.call import Call
from gateway.calls.giving import Giving
from gateway.calls.overflow import LINES, BusyCall
from gateway.calls.roster import Roster
from gateway.conversation.context import Context
from gateway.conversation.leg import MediaAddress, Way
from gateway.media.events import MediaEvent
from gateway.people.screening import Screening
from parley import log
from parley.agents import Agent, by_extension
from parley.bus import BusError
from parley.errors import AriError
from parley.messages import AnyMessage

REJECTED = Counter("parley_calls_rejected", "Calls that were not answered, by why", ["reason"])

_GONE = ("StasisEnd", "ChannelHangupRequest", "ChannelDestroyed")
"""Events after which a caller is not there any more."""

_ACCEPT, _BACK = "accept", "back"
"""Contexts of the dialplan in which people are told of calls, and callers come back from there."""

_log = log.get("switchboard")


@dataclass(frozen=True, slots=True)
class SwitchboardSettings:
    """What has to be known of Asterisk, and how many calls there may be for how long."""

    ari_url: str = field(repr=False)
    """Of the WebSocket, with the password in it."""
    ari_app: str
    media: MediaAddress
    admission: AdmissionSettings
    limits: LimitSettings
    max_call_s: float
    """Longest call, where its agent's file says nothing else."""


class Switchboard:
    """Asterisk on one side, the calls on the other."""

    def __init__(self, settings: SwitchboardSettings, agents: dict[str, Agent], context: Context) -> None:
        self._agents = agents
        self._context = context
        self._max_call_s = settings.max_call_s
        self.ari = AriClient(settings.ari_url, self._on_event, self._reconcile)
        self._channels = Channels(self.ari, settings.ari_app)
        self._way = Way(settings.media, self._channels, context.plane)
        self._roster = Roster()
        self._giving = Giving(self._roster, self._channels)
        self.headroom = Headroom(settings.admission, self._roster.active)
        self._turnstile = Turnstile(settings.limits, self._roster.calls_of)
        self._closing = False

    # Events

    def on_media(self, events: list[MediaEvent]) -> None:
        """Hand the media plane's events to their calls."""
        for event in events:
            if call := self._roster.line(event.call):
                try:
                    call.on_media(event)
                except Exception:  # the other calls' events wait behind it
                    _log.exception("an event of the media plane broke", call=event.call)

    def on_message(self, message: AnyMessage) -> None:
        """Hand a worker's message to its call; the call may be over."""
        self.headroom.on_message(message)  # first: what waits tells of the load, even for a call that is over
        if busy := self._roster.busy.get(message.call):
            busy.on_message(message)
        elif call := self._roster.calls.get(message.call):
            try:
                call.conversation.on_message(message)
            except Exception:  # a worker's message must not end the gateway
                _log.exception("a worker's message broke", call=message.call)

    def _on_event(self, event: AriEvent) -> None:
        channel = event.channel
        name = str(channel.get("id", ""))
        if is_media_channel(channel):
            self._on_media_channel(event.kind, name.removeprefix("media-"))
        elif event.kind == "StasisStart" and (replaced := event.data.get("replace_channel")):
            self._giving.given(str(replaced["id"]), channel)
        elif event.kind == "StasisStart":
            self._enter(channel, event.data.get("args", []))
        elif call := self._roster.calls.get(self._channels.call_of(name)):
            _tell(call, event)
        elif screening := self._roster.screenings.get(name):
            if event.kind in _GONE:
                screening.on_gone()
            elif event.kind == "ChannelDtmfReceived":
                screening.on_key(event.data["digit"])
        elif (busy := self._roster.busy.get(name)) and event.kind in _GONE:
            busy.end()

    def _on_media_channel(self, kind: str, call_id: str) -> None:
        call = self._roster.line(call_id)
        if call is None:
            return
        if kind == "StasisStart":
            call.on_media_channel_up()
        elif kind == "ChannelDestroyed" and not isinstance(call, Screening):
            call.on_media_channel_down()

    # Calls

    def _enter(self, channel: Json, args: list[str]) -> None:
        """A channel comes into our application: a new caller, one who comes back, or a person for a caller."""
        match args:
            case ["screen", call]:
                self._screen(str(channel["id"]), self._roster.calls.get(call))
            case ["back", why, number]:
                if call_ := self._roster.calls.get(self._channels.call_of(str(channel["id"]))):
                    call_.handover.came_back(why)
                else:  # it was given away by a gateway before us
                    self._take(channel, number)
            case _:
                self._take(channel, str(channel["dialplan"]["exten"]))

    def _screen(self, person: str, call: Call | None) -> None:
        """Tell a person of a call; one that we do not know is theirs as it comes."""
        if person not in self._roster.screenings:  # told by an event and by the list of channels
            screening = Screening(person, call.handover if call else None, self._way)
            self._roster.start(self._roster.screenings, screening)

    def _take(self, channel: Json, extension: str) -> None:
        """Answer a new call, or refuse it with the cause that tells why."""
        if self._roster.line(str(channel["id"])) is not None:  # told by an event and by the list of channels
            return
        agent = by_extension(self._agents, extension)
        if agent is None:
            self._refuse(channel, "unknown_extension", CAUSE_UNALLOCATED)
        elif self._closing:
            self._refuse(channel, "stopping", CAUSE_CONGESTION, agent.name)
        elif excess := self._turnstile.excess(channel):
            REJECTED.labels(excess).inc()  # and no record: who calls by the hundred would fill them
            self._roster.own(self._hang_up(str(channel["id"]), cause_of(excess)))
        else:
            arrival = Arrival(str(channel["id"]), caller_number(channel), extension, agent)
            if reason := self.headroom.refusal():
                self._overflow(channel, arrival, reason)
            else:
                self._begin(arrival)

    def _begin(self, arrival: Arrival) -> None:
        call = Call(arrival, self._way, self._context, self._agent, max_call_s=self._max_call_s)
        self._roster.start(self._roster.calls, call)

    def _overflow(self, channel: Json, arrival: Arrival, reason: str) -> None:
        """Send a caller where the agent's calls go when there is no room, as long as there is room for that."""
        if self._roster.overflowing() >= LINES:
            self._refuse(channel, "no_room", CAUSE_CONGESTION, arrival.agent.name)
            return
        to = arrival.agent.file.overflow.to
        _log.warning(
            "no room for a call", call=arrival.channel, reason=reason, caller=named(arrival.caller), to=to
        )
        if to != "busy":
            self._begin(replace(arrival, overflow=True))
            return
        REJECTED.labels("busy").inc()
        self._roster.start(self._roster.busy, BusyCall(arrival, self._way, self._context, reason=reason))

    def _agent(self, name: str) -> Agent | None:
        return self._agents.get(name)

    def _refuse(self, channel: Json, reason: str, cause: int, agent: str = "") -> None:
        REJECTED.labels(reason).inc()
        call, extension = str(channel["id"]), str(channel["dialplan"]["exten"])
        caller = caller_number(channel)
        _log.warning("call refused", call=call, reason=reason, extension=extension, caller=named(caller))
        self._roster.own(self._hang_up(call, cause))
        self._roster.own(self._record_refusal(call, agent, caller, extension, reason))

    async def _record_refusal(self, call: str, agent: str, caller: str, extension: str, reason: str) -> None:
        whose = {"agent": agent, "caller": caller, "extension": extension}
        try:
            await self._context.bus.emit(
                "call_ended", call, at=time.time(), **whose, outcome="refused", reason=reason
            )
        except BusError as error:
            _log.warning("a refused call is not recorded", call=call, error=str(error))

    async def _hang_up(self, channel: str, cause: int) -> None:
        try:
            await self._channels.hang_up(channel, cause)
        except AriError as error:
            _log.warning("could not hang up", call=channel, error=str(error))

    # Connections and ends

    async def _reconcile(self) -> None:
        """After (re)connecting: end calls that Asterisk has lost, take over callers that nobody talks to."""
        known = list(
            self._roster.calls.values()
        )  # one that arrives from now on may be missing in the answers
        try:
            ours = await self._channels.in_application()
            existing = await self._channels.list()
        except AriError as error:
            _log.error("cannot compare calls with Asterisk", error=str(error))
            return
        ids = {channel["id"] for channel in existing}
        # A channel that is only watched is in the dialplan, perhaps with a person: it is left alone.
        ours &= {channel["id"] for channel in existing if is_inside(channel)}
        for call in known:
            channel = self._channels.of(call.id)
            call.on_reconnected(exists=channel in ids, ours=channel in ours)
        # Legs first: a caller who is taken over gets a new one of the same name.
        for each in sorted(existing, key=is_media_channel, reverse=True):
            if each["id"] in ours and self._roster.line(self._channels.call_of(str(each["id"]))) is None:
                await self._adopt(each)

    async def _adopt(self, channel: Json) -> None:
        """A channel in our application of which we know nothing: a gateway before us left it."""
        if is_media_channel(channel):
            call = str(channel["id"]).removeprefix("media-")
            if self._roster.line(call) is None:
                _log.warning("removing a media leg that was left over", call=call)
                await self._remove_leg(call)
        elif channel["dialplan"].get("context") == _ACCEPT:
            self._screen(str(channel["id"]), None)
        else:
            _log.warning("taking over a caller that was left alone", call=channel["id"])
            self._take(channel, await self._number(channel))

    async def _number(self, channel: Json) -> str:
        """The number that a left-over caller had dialled."""
        if channel["dialplan"].get("context") != _BACK:
            return str(channel["dialplan"]["exten"])
        try:
            return await self._channels.variable(str(channel["id"]), "PARLEY_NUMBER")
        except AriError as error:
            _log.warning("it is not known what was dialled", call=channel["id"], error=str(error))
            return ""

    async def _remove_leg(self, call: str) -> None:
        try:
            await self._channels.close(call)
        except AriError as error:
            _log.warning("could not remove a media leg", call=call, error=str(error))

    async def close(self, timeout_s: float) -> None:
        """Tell every caller goodbye, and wait until all calls are over or the time has passed."""
        self._closing = True
        await self._roster.close(timeout_s)


def _tell(call: Call, event: AriEvent) -> None:
    """Hand a call what happened to its caller's channel."""
    match event.kind:
        case "StasisEnd" | "ChannelHangupRequest" | "ChannelDestroyed":
            call.on_gone(destroyed=event.kind == "ChannelDestroyed")
        case "ChannelDtmfReceived":
            call.on_key(event.data["digit"])
        case "ChannelHold" | "ChannelUnhold":
            call.on_hold(held=event.kind == "ChannelHold")
        case "ChannelStateChange" if event.channel["state"] == "Up":
            call.on_picked_up()
        case "ChannelVarset":
            call.on_variable(event.data["variable"], event.data["value"])
        case _:
            pass
